from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.judge.judge import against, explained, judge, too_fine
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.judgement import Judgement, Measured, Status, worst
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.run import Estimate
from resonance_perf.model.sight import Sight

ORDER: list[Status] = ["green", "yellow", "red"]


def budget(text: str) -> Budget:
    if text.startswith("+"):
        return Budget(key="k", limit=None, relative=float(text[1:-1]) / 100, direction="lower", text=text, line=1)
    direction = "higher" if text.startswith(">") else "lower"
    return Budget(key="k", limit=parse_quantity(text.lstrip("<>= ")), direction=direction, text=text, line=1)  # type: ignore[arg-type]  # a literal


def measured(value: float, low: float | None = None, high: float | None = None, unit: str = "ms") -> Measured:
    estimate = Estimate("p95", value, value if low is None else low, value if high is None else high, unit, 100)
    return Measured(estimate=estimate, commit="c", run="r", measured_at=1.0)


def status(text: str, *value: float, unit: str = "ms") -> str:
    return against(budget(text), measured(*value, unit=unit))[0]


def test_colours_of_an_upper_limit() -> None:
    assert status("100ms", 50, 48, 52) == "green"
    assert status("100ms", 95, 94, 96) == "yellow"
    assert status("100ms", 120, 110, 130) == "red"


def test_an_interval_across_the_limit_is_yellow_and_says_so() -> None:
    colour, _, note = against(budget("100ms"), measured(105, 95, 115))
    assert colour == "yellow"
    assert note == "over the limit, but the interval straddles it"


def test_colours_of_a_lower_limit() -> None:
    assert status(">= 60fps", 80, 75, 85, unit="fps") == "green"
    assert status(">= 60fps", 62, 61, 63, unit="fps") == "yellow"
    assert status(">= 60fps", 40, 35, 45, unit="fps") == "red"


def test_units_meet() -> None:
    assert status("2.5s", 1200, 1100, 1300) == "green"
    assert status("150kb", 160_000, 160_000, 160_000, unit="B") == "red"


def test_a_limit_in_another_dimension_is_unmeasured_and_says_why() -> None:
    colour, _, note = against(budget("100kb"), measured(5))
    assert colour == "unmeasured"
    assert note == "the limit is in kB, p95 in ms"


def test_a_relative_bound_is_judged_by_the_comparison() -> None:
    one = Comparison(
        benchmark="b", metric="p95", base="1", head="2", before=1, after=1.2, unit="ms", ratio=1.2, low=1.1, high=1.3,
        verdict="slower", pairs=8, seconds=1, decided_by="p95",
    )  # fmt: skip
    found = Measured(
        estimate=Estimate("p95", 1.2, 1.1, 1.3, "ms", 8), commit="c", run="r", measured_at=0, comparison=one
    )
    assert against(budget("+5%"), found)[0] == "red"
    once = replace(one, verdict="unsure", note="looked slower, but fresh pairs did not prove it in the time")
    assert against(budget("+5%"), replace(found, comparison=once))[::2] == (
        "yellow", "over the limit, but unsure: looked slower, but fresh pairs did not prove it in the time",
    )  # fmt: skip
    assert against(budget("+5%"), measured(1.0))[0] == "unmeasured"


def test_a_limit_of_zero_needs_no_division() -> None:
    assert status("0%", 0, unit="%") == "green"
    assert status("0%", 1, unit="%") == "red"


def force(text: str) -> dict[str, LimitInForce]:
    return {"k": LimitInForce(key="k", budget=budget(text), commit="c")}


def test_what_was_never_measured_is_unmeasured() -> None:
    (one,) = judge(force("100ms"), {"k": "b.p95"}, {})
    assert (one.status, one.note) == ("unmeasured", "b.p95 was never measured")
    (one,) = judge(force("100ms"), {}, {})
    assert one.status == "unmeasured"


def test_a_number_from_before_a_failure_is_never_green() -> None:
    found = Measured(
        estimate=Estimate("p95", 1, 1, 1, "ms", 9), commit="c", run="r", measured_at=0, problem="it crashed"
    )
    (one,) = judge(force("100ms"), {"k": "b.p95"}, {"b.p95": found})
    assert (one.status, one.note.split(";")[0]) == ("unmeasured", "it crashed")


@given(st.floats(1, 200), st.floats(0, 50), st.floats(0.1, 50))
def test_a_worse_value_never_gets_a_better_colour(value: float, spread: float, worse: float) -> None:
    first = status("100ms", value, value - spread, value + spread)
    second = status("100ms", value + worse, value + worse - spread, value + worse + spread)
    assert ORDER.index(second) >= ORDER.index(first)  # type: ignore[arg-type]  # one of the three


@given(st.floats(1, 200), st.floats(0, 50))
def test_the_unit_never_changes_a_colour(value: float, spread: float) -> None:
    same = status("0.1s", value, value - spread, value + spread)
    assert same == status("100ms", value, value - spread, value + spread)


def test_the_whole_is_as_bad_as_its_worst() -> None:
    assert worst(["green", "yellow"]) == "yellow"
    assert worst(["green", "unmeasured", "red"]) == "red"
    assert worst([]) == "green"


def test_a_relative_budget_that_is_finer_than_what_is_seen_is_unsure() -> None:
    relative = Budget(key="k", limit=None, relative=0.02, direction="lower", text="+2%", line=1)
    judged = Judgement(
        key="k", limit=LimitInForce(key="k", budget=relative, commit=None), metric="b.p95", status="green", headroom=0.1
    )
    blind = Sight(metric="b.p95", checks=3, alarms=0, visible=0.05)
    assert too_fine(judged, None) == judged
    assert (too_fine(judged, blind).status, too_fine(judged, blind).note) == (
        "unsure", "+2% is finer than what is seen here: 5 %",
    )  # fmt: skip


def test_a_limit_with_three_times_the_room_is_called_loose() -> None:
    found = Measured(estimate=Estimate("p95", 10, 10, 10, "ms", 9), commit="c", run="r", measured_at=0)
    (one,) = judge(force("100ms"), {"k": "b.p95"}, {"b.p95": found})
    assert (one.status, one.note) == ("green", "loose: the limit is 10.0 times the value")


def test_what_has_no_number_says_why() -> None:
    limit = LimitInForce(key="k", budget=replace(budget("100ms"), metric="api.p95"), commit=None)
    (one,) = judge({"k": limit}, {}, {})
    assert one.note == "api.p95 was never measured"
    assert explained(one, {"api.p99": "no"}) == one
    told = explained(one, {"api.p95": "p95 vanished: old has it, new has not"})
    assert (told.status, told.note) == ("unmeasured", "p95 vanished: old has it, new has not")
