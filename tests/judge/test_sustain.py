from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resonance_perf.judge.judge import judge_by
from resonance_perf.judge.ratchet import ROOM
from resonance_perf.judge.sustain import Cooling, Dropped, Ignored, Lacking, begins, middle, settle, weigh
from resonance_perf.model.budget import Budget, BudgetShift, LimitInForce, Ratchet
from resonance_perf.model.candidate import Candidate, Witness
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.run import Environment, Estimate, Run
from resonance_perf.model.sight import Sight

HERE = Environment("here", ())
BOUNDS = st.lists(st.floats(1.0, 1000.0), min_size=3, max_size=7)


def limit(text: str = "100ms", ratchet: Ratchet = "auto") -> LimitInForce:
    higher = text.startswith(">")
    budget = Budget(
        key="k", limit=parse_quantity(text.lstrip("<>= ")), direction="higher" if higher else "lower", text=text, line=1,
        ratchet=ratchet,
    )  # fmt: skip
    return LimitInForce(key="k", budget=budget, commit="c")


def change(verdict: Verdict = "faster", **changed: object) -> Comparison:
    body = Comparison(
        benchmark="b", metric="p95", base="0", head="1", before=90, after=10, unit="ms", ratio=0.1, low=0.1, high=0.1,
        verdict=verdict, pairs=12, seconds=1, decided_by="p95", confirmed=verdict in ("faster", "slower"),
    )  # fmt: skip
    return replace(body, **changed)  # type: ignore[arg-type]  # as they come


def run(high: float = 11.0, *, environment: Environment = HERE, note: str = "", quick: bool = False) -> Run:
    return Run(
        id="1", benchmark="b", commit="c" * 40, side="head", started_at=5.0, environment=environment, samples=(),
        estimates=(Estimate("p95", high * 0.9, high * 0.8, high, "ms", 100, note),), quick=quick,
    )  # fmt: skip


CANDIDATE = Candidate(
    key="k", metric="b.p95", run="1", commit="c" * 40, environment="here", content="x", change=change(), subject="s",
    verified="`test` passed", at=5.0, rows=(), estimate=Estimate("p95", 1.0, 1.0, 1.0, "ms", 100),
)  # fmt: skip


def witness(high: float, low: float | None = None, unit: str = "ms") -> Witness:
    low = high * 0.9 if low is None else low
    return Witness(f"r{high}", "c", 1.0, Estimate("p95", (low + high) / 2, low, high, unit, 100))


def judged(one: Run, text: str = "100ms") -> Judgement:
    found = Measured(estimate=one.estimates[0], commit=one.commit, run=one.id, measured_at=1.0)
    return judge_by(limit(text), "b.p95", found)


def settled(witnesses: list[Witness], in_force: LimitInForce | None = None, **terms: float) -> object:
    asked = {"free_at": 0.0, "now": 10.0, **terms}
    return settle(CANDIDATE, witnesses, in_force or limit(), runs=3, sight=None, **asked)  # type: ignore[arg-type]  # floats


def test_a_proven_improvement_within_its_limit_begins() -> None:
    shift = begins(judged(run()), run().estimates[0], change(), None)
    assert shift is not None
    assert (shift.old, shift.new) == ("100ms", "14ms")


@pytest.mark.parametrize(
    ("one", "compared", "text"),
    [
        (run(), change("same"), "100ms"), (run(), change("unsure"), "100ms"), (run(), change("slower"), "100ms"),
        (run(), change(confirmed=False), "100ms"), (run(), change(decided_by="cpu"), "100ms"),
        (run(note="p95 needs 72 requests, there were 20"), change(), "100ms"), (run(), change(), "5ms"), (run(), change(), "14ms"),
    ],
    ids=["same", "unsure", "slower", "not confirmed", "by a stand-in", "too few requests", "still red", "too small a step"],
)  # fmt: skip
def test_anything_less_does_not(one: Run, compared: Comparison, text: str) -> None:
    assert begins(judged(one, text), one.estimates[0], compared, None) is None


def test_a_step_finer_than_what_is_seen_here_does_not_begin() -> None:
    blind = Sight(metric="b.p95", checks=3, alarms=0, visible=9.0)
    assert begins(judged(run()), run().estimates[0], change(), blind) is None


def test_a_run_of_the_same_level_counts() -> None:
    for compared in (None, change("same"), change()):
        found = weigh(CANDIDATE, run(), compared, [judged(run())])
        assert isinstance(found, Witness)
        assert (found.run, found.estimate.high) == ("1", 11.0)


def test_a_run_under_another_load_does_not_count() -> None:
    opened, closed = replace(CANDIDATE, load_model="open"), replace(run(), load_model="closed")
    assert weigh(opened, closed, None, []) == Ignored("it was measured under another load")
    assert isinstance(weigh(CANDIDATE, closed, None, []), Witness)


@pytest.mark.parametrize(
    ("one", "compared"),
    [
        (run(environment=Environment("there", ())), None), (run(), change("unsure")), (run(quick=True), None),
        (run(note="p95 needs 72 requests, there were 20"), None), (replace(run(), estimates=()), None),
    ],
    ids=["another machine", "unsure", "quick", "too few requests", "no number"],
)  # fmt: skip
def test_a_run_that_proves_nothing_never_counts(one: Run, compared: Comparison | None) -> None:
    assert isinstance(weigh(CANDIDATE, one, compared, []), Ignored)


def test_slower_again_or_red_ends_it() -> None:
    assert weigh(CANDIDATE, run(), change("slower"), []) == Dropped("ccccccccc made b.p95 slower again")
    assert weigh(CANDIDATE, run(200), None, [judged(run(200))]) == Dropped("b.p95 is over the limit on ccccccccc")


def test_fewer_runs_than_asked_for_decide_nothing() -> None:
    assert settled([]) == Lacking(3)
    assert settled([witness(10), witness(10)]) == Lacking(1)


def test_one_lucky_run_of_three_is_not_followed() -> None:
    shift = settled([witness(10), witness(39), witness(40)])
    assert isinstance(shift, BudgetShift)
    assert shift.new == "49ms"


def test_a_level_that_went_away_leaves_the_limit() -> None:
    told = settled([witness(10), witness(90), witness(95)])
    assert told == Dropped("3 runs after it show 85.5 ms [81 ms, 90 ms], which leaves no step worth taking")


def test_the_improvement_itself_may_ask_for_more_room_and_never_for_less() -> None:
    for own, new in ((20.0, "50ms"), (60.0, "75ms")):
        one = replace(CANDIDATE, estimate=Estimate("p95", own, own, own, "ms", 100))
        found = settle(one, [witness(40)] * 3, limit(), runs=3, free_at=0.0, now=1.0, sight=None)
        assert isinstance(found, BudgetShift)
        assert found.new == new


def test_it_waits_while_it_cools_down() -> None:
    found = settled([witness(10)] * 3, free_at=11.0, now=10.0)
    assert isinstance(found, Cooling)
    assert found.until == 11.0
    assert isinstance(settled([witness(10)] * 3, free_at=11.0, now=11.0), BudgetShift)


def test_a_budget_that_is_gone_or_off_is_left_alone() -> None:
    gone = settle(CANDIDATE, [witness(10)] * 3, None, runs=3, free_at=0.0, now=1.0, sight=None)
    assert gone == Dropped("the budget is gone")
    assert settled([witness(10)] * 3, limit(ratchet="off")) == Dropped("its ratchet is off")


@given(BOUNDS)
def test_the_new_limit_is_never_tighter_than_the_evidence_supports(highs: list[float]) -> None:
    found = settled([witness(high) for high in highs], limit("2s"))
    assume(isinstance(found, BudgetShift))
    assert isinstance(found, BudgetShift)
    new = parse_quantity(found.new).base
    within = [high for high in highs if high <= new * ROOM + 1e-9]
    assert 2 * len(within) >= len(highs)  # the median run keeps its room
    assert new <= 2000 * 0.9 + 1e-9


@given(BOUNDS)
def test_the_new_limit_of_a_rate_is_never_tighter_than_the_evidence_supports(lows: list[float]) -> None:
    runs = [witness(low * 1.1, low, "req/s") for low in lows]
    one = replace(CANDIDATE, estimate=Estimate("p95", 1e4, 1e4, 1e4, "req/s", 100))
    found = settle(one, runs, limit(">= 0.5 req/s"), runs=3, free_at=0.0, now=1.0, sight=None)
    assume(isinstance(found, BudgetShift))
    assert isinstance(found, BudgetShift)
    new = parse_quantity(found.new.lstrip(">= ")).base
    assert 2 * len([low for low in lows if low * ROOM >= new - 1e-9]) >= len(lows)


@given(BOUNDS, st.integers(0, 6), st.floats(1.0, 3.0))
def test_a_worse_run_never_makes_a_tighter_limit(highs: list[float], which: int, worse: float) -> None:
    which %= len(highs)
    before = settled([witness(high) for high in highs], limit("2s"))
    after = settled([witness(high * worse if i == which else high) for i, high in enumerate(highs)], limit("2s"))
    assume(isinstance(before, BudgetShift) and isinstance(after, BudgetShift))
    assert isinstance(before, BudgetShift) and isinstance(after, BudgetShift)
    assert parse_quantity(after.new).base >= parse_quantity(before.new).base


@given(BOUNDS)
def test_what_has_tightened_does_not_tighten_again_by_the_same_runs(highs: list[float]) -> None:
    runs = [witness(high) for high in highs]
    found = settled(runs, limit("2s"))
    assume(isinstance(found, BudgetShift))
    assert isinstance(found, BudgetShift)
    assert isinstance(settled(runs, limit(found.new)), Dropped)


@given(BOUNDS, st.randoms())
def test_the_order_of_the_runs_does_not_matter(highs: list[float], draw: object) -> None:
    runs = [witness(high) for high in highs]
    again = list(runs)
    draw.shuffle(again)  # type: ignore[attr-defined]  # random.Random
    assert middle(again) == middle(runs)
