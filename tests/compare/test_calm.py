from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.calm import calm_middle

pairs_ = st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=1, max_size=25)
Pairs = list[tuple[float, float]]


def of(pairs: Pairs, level: float = 0.05) -> tuple[float, float, float]:
    return calm_middle([head - base for base, head in pairs], [head + base for base, head in pairs], level)


def test_pairs_that_a_neighbour_hit_hardly_count() -> None:
    calm = [(0.001 * step, 0.02 + 0.001 * step) for step in range(-5, 6)]
    hit = [(0.6, 0.02), (0.5, 0.03), (0.7, 0.02), (0.4, 0.02), (0.02, 0.5)] * 2
    estimate, low, high = of([*calm, *hit])
    assert (estimate, low, high) == pytest.approx((0.02, 0.02, 0.02))


def test_too_few_pairs_give_no_interval() -> None:
    assert of([(0.0, 0.1), (0.0, 0.2), (0.0, 0.4)]) == (pytest.approx(0.15), -inf, inf)


@pytest.mark.parametrize("sums", [range(9), [0.0] * 9, [0, 0, 0, 1, 1, 2, 2, 2, 5]])
@pytest.mark.parametrize("level", [0.01, 0.05, 0.3])
def test_no_coins_are_forgotten_it_misses_at_most_as_often_as_it_says(sums: list[float], level: float) -> None:
    """All 512 ways the coins may fall on nine pairs, ties included: no simulation."""
    sizes = [0.1, 3.0, 0.2, 0.3, 2.0, 0.1, 0.5, 0.7, 0.7]
    missed = 0
    for coins in product((-1, 1), repeat=9):
        _, low, high = calm_middle([coin * size for coin, size in zip(coins, sizes, strict=True)], sums, level)
        missed += not low <= 0 <= high
    assert missed / 2**9 <= level


@pytest.mark.parametrize("weather", [lambda at: -at, lambda at: at, lambda at: abs(at - 60)])
def test_looks_at_pairs_that_come_and_change_places_cross_no_more_often_than_their_levels_add_up_to(
    weather: Callable[[int], float],
) -> None:
    """Whether a machine calms down or wakes up meanwhile: at every look all pairs are ranked anew."""
    draw, crossed, trials, looks, level = random.Random(11), 0, 600, (12, 15, 18, 22, 27, 33, 40, 60), 0.01
    for _ in range(trials):
        sums = [weather(at) + draw.gauss(0, 5) for at in range(looks[-1])]
        found = [draw.gauss(0, 1) * draw.choice((0.1, 1, 10)) for _ in sums]
        ends = (calm_middle(found[:look], sums[:look], level)[1:] for look in looks)
        crossed += any(low > 0 or high < 0 for low, high in ends)
    assert crossed / trials <= len(looks) * level


@given(pairs_, st.randoms())
def test_the_order_of_pairs_does_not_matter(pairs: Pairs, draw: random.Random) -> None:
    mixed = list(pairs)
    draw.shuffle(mixed)
    assert of(mixed) == of(pairs)


@given(pairs_)
def test_swapping_the_sides_mirrors_the_interval(pairs: Pairs) -> None:
    estimate, low, high = of(pairs)
    assert of([(head, base) for base, head in pairs]) == pytest.approx((-estimate, -high, -low), abs=1e-12)


@given(pairs_, st.floats(0, 2))
def test_a_larger_effect_moves_it_by_as_much(pairs: Pairs, more: float) -> None:
    moved = of([(base, head + more) for base, head in pairs])
    assert moved == pytest.approx(tuple(one + more for one in of(pairs)), abs=1e-7)


@given(pairs_)
def test_the_estimate_lies_in_its_interval(pairs: Pairs) -> None:
    estimate, low, high = of(pairs)
    assert low <= estimate <= high
