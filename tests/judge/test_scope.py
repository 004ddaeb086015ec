from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.judge.judge import judge, judge_each
from resonance_perf.judge.limits import is_looser, relimited
from resonance_perf.judge.ratchet import propose_shift
from resonance_perf.judge.scope import covers_less
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.judgement import Judgement, Measured, worst
from resonance_perf.model.run import Estimate


def budget(text: str = "100ms", *, metric: str | None = None, branches: tuple[str, ...] = ()) -> Budget:
    return replace(read_value("k", text), metric=metric, branches=branches)


def in_force(one: Budget) -> dict[str, LimitInForce]:
    return {"k": LimitInForce(key="k", budget=one, commit="c")}


def measured(value: float, spread: float = 0.0) -> Measured:
    estimate = Estimate("p95", value, value - spread, value + spread, "ms", 9)
    return Measured(estimate=estimate, commit="c", run="r", measured_at=0)


ROUTES = {"shop-a.p95": measured(50), "shop-b.p95": measured(120), "shop-c.p95": measured(95), "api.p95": measured(500)}


def judged(one: Budget, *, branch: str | None = "main", named: tuple[str, ...] = ()) -> Judgement:
    return judge(in_force(one), {}, ROUTES, branch=branch, named=named)[0]


def test_a_pattern_is_judged_by_its_worst_metric_and_says_which() -> None:
    one = judged(budget(metric="shop-*.p95"))
    assert (one.status, one.metric, one.note) == ("red", "shop-b.p95", "the worst of 3 that match shop-*.p95")


def test_the_only_metric_that_matches_is_no_worst_of_several() -> None:
    assert judged(budget("1s", metric="api.p?5")).note == "the only one that matches api.p?5"


def test_of_two_with_the_same_colour_the_one_with_less_room_speaks() -> None:
    assert judged(budget("200ms", metric="shop-*.p95")).metric == "shop-b.p95"


def test_a_pattern_that_matches_nothing_is_unmeasured() -> None:
    one = judged(budget(metric="web/*.lcp"))
    assert (one.status, one.note) == ("unmeasured", "nothing that is measured matches web/*.lcp")


def test_a_route_that_the_config_names_and_nobody_measured_is_not_green() -> None:
    one = judged(budget("1s", metric="shop-*.p95"), named=("shop-d.p95", "shop-d.p50"))
    assert (one.status, one.metric) == ("unmeasured", "shop-d.p95")
    assert one.note == "the worst of 4 that match shop-*.p95; shop-d.p95 was never measured"


def test_a_pattern_over_other_units_is_never_green() -> None:
    assert judged(budget("1kb", metric="shop-*")).status == "unmeasured"


def test_a_budget_of_other_branches_is_not_judged_and_says_so() -> None:
    one = judged(budget(metric="api.p95", branches=("main", "release/*")), branch="topic")
    assert (one.status, one.note) == ("elsewhere", "not judged on topic: it counts on main, release/*")
    assert worst(["elsewhere", "green"]) == "green"


@pytest.mark.parametrize("branch", ["main", "release/2", None])
def test_it_counts_on_its_branches_and_on_a_detached_head(branch: str | None) -> None:
    assert judged(budget(metric="api.p95", branches=("main", "release/*")), branch=branch).status == "red"


def test_each_metric_has_a_judgement_of_its_own() -> None:
    found = judge_each(in_force(budget(metric="shop-*.p95")), {}, ROUTES)
    assert [(one.metric, one.status) for one in found] == [
        ("shop-a.p95", "green"), ("shop-b.p95", "red"), ("shop-c.p95", "yellow"),
    ]  # fmt: skip
    assert judge_each(in_force(budget(metric="api.p50")), {}, ROUTES)[0].status == "unmeasured"
    assert judge_each(in_force(budget(metric="shop-*.p95", branches=("main",))), {}, ROUTES, branch="x") == ()


@pytest.mark.parametrize(
    ("old", "new", "less"),
    [
        (budget(metric="shop-a.p95"), budget(metric="shop-*.p95"), False),
        (budget(metric="shop-*.p95"), budget(metric="*.p95"), False),
        (budget(metric="shop-*.p95"), budget(metric="shop-a.p95"), True),
        (budget(metric="shop-*.p95"), budget(metric="shop-?.p95"), True),
        (budget(metric="shop-a.p95"), budget(metric="shop-b.p95"), True),
        (budget(metric="shop-a.p95"), budget(), True),
        (budget(), budget(metric="shop-a.p95"), False),
        (budget(branches=("main",)), budget(), False),
        (budget(), budget(branches=("main",)), True),
        (budget(branches=("main",)), budget(branches=("main", "topic")), False),
        (budget(branches=("main", "topic")), budget(branches=("main",)), True),
        (budget(branches=("release/*",)), budget(branches=("rel*",)), False),
        (budget(branches=("rel*",)), budget(branches=("release/*",)), True),
    ],
)
def test_to_cover_less_is_to_loosen(old: Budget, new: Budget, less: bool) -> None:
    assert covers_less(old, new, None) is less
    assert is_looser(old, new) is less


def test_what_the_config_ties_to_a_key_may_not_be_left_either() -> None:
    assert is_looser(budget(), budget(metric="api.p50"), "api.p95")
    assert not is_looser(budget(), budget(metric="api.*"), "api.p95")


def test_another_limit_leaves_what_is_covered() -> None:
    new = relimited(budget(metric="shop-*.p95", branches=("main",)), read_value("k", "80ms"))
    assert (new.text, new.metric, new.branches) == ("80ms", "shop-*.p95", ("main",))


def test_a_pattern_does_not_tighten_because_one_of_many_gained() -> None:
    estimate = Estimate("p95", 10, 9, 11, "ms", 9)
    for metric, tightens in (("shop-a.p95", True), ("shop-*.p95", False)):
        limit = LimitInForce(key="k", budget=budget(metric=metric), commit="c")
        assert (propose_shift(limit, "shop-a.p95", estimate) is not None) is tightens
