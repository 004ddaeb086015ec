from __future__ import annotations

from math import exp, inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.compare import Change, change_of, pairs_to_settle, verdict_of, with_builds
from resonance_perf.model.run import Measure

TIME = Measure("ms")
pairs_ = st.lists(st.tuples(st.floats(0.1, 1e3), st.floats(0.1, 1e3)), min_size=8, max_size=24)


@pytest.mark.parametrize(
    ("ratio", "low", "high", "verdict"),
    [
        (1.0, 0.991, 1.0099, "same"), (1.003, 1.001, 1.005, "same"), (1.02, 1.001, 1.04, "slower"),
        (1.006, 1.001, 1.011, "slower"), (1.004, 1.001, 1.011, "unsure"), (1.5, 0.99, 2.0, "unsure"),
        (0.98, 0.96, 0.999, "faster"), (1.0, 0.0, inf, "unsure"),
    ],
)  # fmt: skip
def test_verdicts_against_a_margin_of_one_percent(ratio: float, low: float, high: float, verdict: str) -> None:
    assert verdict_of(Change(ratio, low, high, 20), TIME, 0.01) == verdict


def test_higher_is_better_turns_the_verdict_around() -> None:
    rate = Measure("req/s", higher_is_better=True)
    assert verdict_of(Change(1.4, 1.3, 1.5, 20), rate, 0.01) == "faster"
    assert verdict_of(Change(0.6, 0.5, 0.7, 20), rate, 0.01) == "slower"


def test_too_few_pairs_have_no_interval() -> None:
    assert change_of([(1.0, 9.0)] * 2, TIME, 0.01) == Change(pytest.approx(9.0), 0.0, inf, 2)


def test_an_exact_metric_needs_one_pair() -> None:
    size = Measure("B", exact=True)
    assert verdict_of(change_of([(1000.0, 1000.0)], size, 0.01), size, 0.001) == "same"
    assert verdict_of(change_of([(1000.0, 1010.0)], size, 0.01), size, 0.001) == "slower"


def test_counts_that_do_not_repeat_are_as_uncertain_as_they_differ() -> None:
    count = Measure("", exact=True)
    steady = change_of([(100.0, 200.0), (100.0, 200.0)], count, 0.01)
    assert (steady.ratio, steady.low, steady.high) == (2.0, 2.0, 2.0)
    unsteady = change_of([(99.0, 103.0), (109.0, 99.0)], count, 0.01)
    assert verdict_of(unsteady, count, 0.001) == "unsure"
    beyond = change_of([(99.0, 199.0), (109.0, 219.0)], count, 0.01)
    assert verdict_of(beyond, count, 0.001) == "slower" and beyond.low < beyond.ratio < beyond.high


def test_no_errors_against_no_errors_is_the_same_and_against_some_is_worse() -> None:
    share = Measure("%")
    assert verdict_of(change_of([(0.0, 0.0)] * 12, share, 0.01), share, 0.0) == "same"
    assert verdict_of(change_of([(0.0, 5.0)] * 12, share, 0.01), share, 0.0) == "slower"


def test_a_time_of_zero_decides_nothing() -> None:
    assert change_of([(0.0, 1.0)] * 12, TIME, 0.01) == Change(1.0, 0.0, inf, 12)


@given(pairs_, st.floats(0.01, 100))
def test_the_unit_does_not_matter(pairs: list[tuple[float, float]], scale: float) -> None:
    one, other = change_of(pairs, TIME, 0.05), change_of([(a * scale, b * scale) for a, b in pairs], TIME, 0.05)
    assert (other.ratio, other.low, other.high) == pytest.approx((one.ratio, one.low, one.high))


@given(pairs_, st.randoms())
def test_the_order_of_pairs_does_not_matter(pairs: list[tuple[float, float]], draw: object) -> None:
    mixed = list(pairs)
    draw.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    assert change_of(mixed, TIME, 0.05) == change_of(pairs, TIME, 0.05)


@given(pairs_)
def test_swapping_the_sides_swaps_faster_and_slower(pairs: list[tuple[float, float]]) -> None:
    there = verdict_of(change_of(pairs, TIME, 0.05), TIME, 0.05)
    back = verdict_of(change_of([(head, base) for base, head in pairs], TIME, 0.05), TIME, 0.05)
    assert back == {"slower": "faster", "faster": "slower"}.get(there, there)


@given(pairs_, st.floats(1.0, 4.0), st.sampled_from([0.002, 0.01, 0.05, 0.2]))
def test_a_larger_effect_never_turns_slower_into_less(
    pairs: list[tuple[float, float]], factor: float, margin: float
) -> None:
    order = ("faster", "same", "unsure", "slower")
    before = verdict_of(change_of(pairs, TIME, 0.05), TIME, margin)
    after = verdict_of(change_of([(base, head * factor) for base, head in pairs], TIME, 0.05), TIME, margin)
    if before == "slower":
        assert after == "slower"
    if after == "faster":
        assert before == "faster"
    assert order.index(after) >= order.index(before) or {before, after} == {"same", "unsure"}


@given(pairs_)
def test_swapping_the_sides_turns_the_interval_around(pairs: list[tuple[float, float]]) -> None:
    there, back = (change_of(found, TIME, 0.05) for found in (pairs, [(head, base) for base, head in pairs]))
    assert (1 / back.ratio, 1 / back.high, 1 / back.low) == pytest.approx((there.ratio, there.low, there.high))


@given(pairs_, st.floats(1.0, 2.0))
def test_a_larger_effect_gives_a_larger_ratio(pairs: list[tuple[float, float]], factor: float) -> None:
    more = [(base, head * factor) for base, head in pairs]
    assert change_of(more, TIME, 0.05).ratio == pytest.approx(change_of(pairs, TIME, 0.05).ratio * factor)


def test_what_builds_differ_by_is_an_error_of_its_own() -> None:
    change = Change(1.05, exp(log(1.05) - 0.03), exp(log(1.05) + 0.03), 20)
    wide = with_builds(change, 0.04 / 1.96)
    assert (wide.ratio, log(wide.high / wide.ratio), log(wide.ratio / wide.low)) == pytest.approx((1.05, 0.05, 0.05))
    assert with_builds(change, 0.0) == change
    assert with_builds(Change(1.0, 0.0, inf, 2), 0.1) == Change(1.0, 0.0, inf, 2)


def test_no_number_of_pairs_settles_what_builds_leave_open() -> None:
    change = Change(1.02, exp(log(1.02) - 0.05), exp(log(1.02) + 0.05), 20)
    assert pairs_to_settle(change, 0.01, apart=0.02) is None
    assert pairs_to_settle(change, 0.01, apart=0.005) > pairs_to_settle(change, 0.01)  # type: ignore[operator]  # numbers


def test_how_many_pairs_would_settle_it() -> None:
    assert pairs_to_settle(Change(1.0, 0.98, 1.02, 20), 0.01) == pytest.approx(81, abs=2)  # half as wide: four times
    assert pairs_to_settle(Change(1.03, 0.97, 1.093, 20), 0.01) == pytest.approx(82, abs=3)  # until it leaves 1
    assert pairs_to_settle(Change(1.0, 0.0, inf, 3), 0.01) is None


def test_small_values_are_compared_as_they_are_and_0_by_what_was_added() -> None:
    measure = Measure("", margin=0.05)
    assert change_of([(0.01, 0.17)] * 12, measure, 0.05).ratio == pytest.approx(17)
    assert change_of([(0.0, 0.17)] * 12, measure, 0.05).ratio == pytest.approx(1.17)


def test_pairs_that_a_neighbour_hit_do_not_hide_a_change() -> None:
    calm = [(10.0 + step / 1000, 10.2 + step / 1000) for step in range(20)]
    hit = [(19.0, 10.2), (10.0, 16.0), (25.0, 10.2), (14.0, 10.2)] * 2
    found = change_of([*calm, *hit], TIME, 0.005)
    assert 1.019 < found.low <= found.ratio <= found.high < 1.021


@pytest.mark.parametrize("slow", [3, 4, 5])
def test_a_side_that_is_slow_in_some_of_its_runs_is_not_the_same(slow: int) -> None:
    pairs = [(10.0 + step / 1000, (12.0 if step % 9 < slow else 10.0) + step / 1100) for step in range(90)]
    assert verdict_of(change_of(pairs, TIME, 0.01), TIME, 0.01) == "unsure"
