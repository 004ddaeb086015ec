from __future__ import annotations

import random
from math import inf
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.signed_rank import centre, cut

numbers = st.lists(st.floats(-10, 10, allow_nan=False), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("n", "alpha", "critical"),
    [
        (6, 0.05, 0),
        (8, 0.05, 3),
        (10, 0.05, 8),
        (10, 0.01, 3),
        (12, 0.01, 7),
        (20, 0.05, 52),
        (20, 0.01, 37),
        (25, 0.05, 89),
    ],
)
def test_cuts_where_the_published_table_has_its_critical_value(n: int, alpha: float, critical: int) -> None:
    """Two-sided critical values of Wilcoxon's T, as in any table (Siegel; Hollander & Wolfe A.4)."""
    assert cut(n, alpha) == critical + 1


def test_too_few_differences_give_no_interval() -> None:
    assert centre([0.1, 0.2, 0.3], 0.05) == (0.2, -inf, inf)


def test_the_normal_approximation_joins_the_exactcuts() -> None:
    assert abs(cut(60, 0.01) - cut(61, 0.01)) < 35


@given(numbers)
def test_the_estimate_lies_in_its_interval(values: list[float]) -> None:
    estimate, low, high = centre(values, 0.05)
    assert low <= estimate <= high


@given(numbers, st.floats(-5, 5), st.randoms())
def test_shift_and_order_of_pairs_do_not_matter(values: list[float], shift: float, draw: random.Random) -> None:
    mixed = [value + shift for value in values]
    draw.shuffle(mixed)
    moved = centre(mixed, 0.1)
    for one, other in zip(centre(values, 0.1), moved, strict=True):
        assert one + shift == pytest.approx(other, abs=1e-9)


@given(numbers)
def test_swapping_the_sides_mirrors_the_interval(values: list[float]) -> None:
    estimate, low, high = centre(values, 0.05)
    assert centre([-value for value in values], 0.05) == pytest.approx((-estimate, -high, -low), abs=1e-12)


def test_the_interval_covers_as_often_as_it_says() -> None:
    draw = random.Random(7)
    trials = 1500
    hits = 0
    for _ in range(trials):
        heavy = [draw.gauss(0, 1) * (5 if draw.random() < 0.1 else 1) for _ in range(12)]
        _, low, high = centre(heavy, 0.05)
        hits += low <= 0 <= high
    assert hits / trials > 0.94


def test_an_outlier_hardly_moves_the_estimate() -> None:
    calm = [0.01 * n for n in range(-6, 7)]
    assert abs(centre([*calm, 50.0], 0.05)[0] - median(calm)) < 0.02
