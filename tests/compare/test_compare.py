from __future__ import annotations

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.compare import compare_runs, ratio_of, settled, verdict_of
from resonance_perf.compare.estimate import estimate_run
from resonance_perf.compare.rule import Rule, looks
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Environment, Measure, Run, Sample

TIME = Measure("ms")
RULE = Rule(0.05)


def run(values: list[float], id_: str, measure: Measure = TIME) -> Run:
    samples = tuple(Sample(values={"wall": value}) for value in values)
    return Run(
        id=id_, benchmark="b", commit="c", side="head", started_at=0.0, environment=Environment("e", ()),
        samples=samples, estimates=estimate_run({"wall": measure}, samples),
    )  # fmt: skip


def compared(base: list[float], head: list[float], measure: Measure = TIME, margin: float = 0.05) -> Comparison:
    (found,) = compare_runs(
        run(base, "1", measure), run(head, "2", measure), {"wall": measure}, {"wall": margin}, seconds=1
    )
    return found


def noisy(level: float, n: int, seed: int, spread: float = 0.01) -> list[float]:
    draw = random.Random(seed)
    return [level * (1 + draw.gauss(0, spread)) for _ in range(n)]


def test_four_verdicts() -> None:
    base = noisy(100, 12, 1)
    assert compared(base, noisy(140, 12, 2)).verdict == "slower"
    assert compared(base, noisy(50, 12, 3)).verdict == "faster"
    assert compared(base, noisy(100, 12, 4)).verdict == "same"
    assert compared(noisy(100, 12, 5, 0.5), noisy(110, 12, 6, 0.5)).verdict == "unsure"


def test_higher_is_better_turns_the_verdict_around() -> None:
    rate = Measure("req/s", higher_is_better=True)
    assert compared(noisy(100, 12, 1), noisy(140, 12, 2), rate).verdict == "faster"
    assert compared(noisy(100, 12, 1), noisy(60, 12, 2), rate).verdict == "slower"


def test_too_few_pairs_are_unsure_however_large_the_change() -> None:
    assert compared([1.0, 1.0], [9.0, 9.0]).verdict == "unsure"


def test_an_exact_metric_needs_one_pair() -> None:
    size = Measure("B", exact=True)
    assert compared([1000.0], [1000.0], size, 0.001).verdict == "same"
    assert compared([1000.0], [1010.0], size, 0.001).verdict == "slower"


def test_no_errors_against_no_errors_is_the_same_and_against_some_is_worse() -> None:
    share = Measure("%")
    assert compared([0.0] * 12, [0.0] * 12, share).verdict == "same"
    assert compared([0.0] * 12, noisy(5, 12, 1), share).verdict == "slower"


def test_a_time_of_zero_decides_nothing() -> None:
    assert ratio_of([(0.0, 1.0)] * 12, TIME, RULE) == (1.0, 0.0, inf)


@given(st.lists(st.tuples(st.floats(0.1, 1e3), st.floats(0.1, 1e3)), min_size=8, max_size=24), st.floats(0.01, 100))
def test_the_unit_does_not_matter(pairs: list[tuple[float, float]], scale: float) -> None:
    scaled = [(base * scale, head * scale) for base, head in pairs]
    assert ratio_of(scaled, TIME, RULE) == pytest.approx(ratio_of(pairs, TIME, RULE))


@given(st.lists(st.tuples(st.floats(0.1, 1e3), st.floats(0.1, 1e3)), min_size=8, max_size=24))
def test_swapping_the_sides_swaps_faster_and_slower(pairs: list[tuple[float, float]]) -> None:
    there = verdict_of(*ratio_of(pairs, TIME, RULE), TIME, RULE)
    back = verdict_of(*ratio_of([(head, base) for base, head in pairs], TIME, RULE), TIME, RULE)
    assert back == {"slower": "faster", "faster": "slower"}.get(there, there)


def test_false_alarms_under_noise_are_rare() -> None:
    """A/A at three looks, as the runner takes them: 5 % spread, margin 2 %."""
    alarms = 0
    for seed in range(400):
        base, head = noisy(100, 24, seed, 0.05), noisy(100, 24, seed + 9000, 0.05)
        alarms += any(compared(base[:n], head[:n], margin=0.02).verdict in ("slower", "faster") for n in looks(8, 24))
    assert alarms <= 12  # 3 % is what the levels allow


def test_looks() -> None:
    assert looks(8, 24) == (8, 14, 24)
    assert looks(8, 8) == (8,)
    assert looks(1, 1) == (1,)


def change(metric: str, verdict: str, ratio: float) -> Comparison:
    return Comparison(
        benchmark="b", metric=metric, base="1", head="2", before=1, after=ratio, unit="ms", ratio=ratio, low=0.5,
        high=2, verdict=verdict, pairs=8, seconds=1, decided_by=metric,  # type: ignore[arg-type]  # a literal
    )  # fmt: skip


def test_it_goes_on_while_the_leading_metric_is_unsure() -> None:
    margins = {"p95": 0.05, "p99": 0.05}
    assert not settled([change("p95", "unsure", 1.0), change("p99", "same", 1.0)], margins, "p95", ["p95", "p99"])
    assert settled([change("p95", "same", 1.0), change("p99", "unsure", 1.01)], margins, "p95", ["p95", "p99"])


def test_it_goes_on_while_another_metric_looks_changed_but_is_not_proven() -> None:
    margins = {"p95": 0.05, "p99": 0.05}
    assert not settled([change("p95", "same", 1.0), change("p99", "unsure", 1.4)], margins, "p95", ["p95", "p99"])
