from __future__ import annotations

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.order_statistics import middle


@pytest.mark.parametrize(("n", "level", "cut"), [(6, 0.05, 1), (9, 0.05, 2), (12, 0.05, 3), (20, 0.05, 6), (20, 0.01, 4), (25, 0.05, 8)])  # fmt: skip
def test_cuts_where_the_published_table_of_the_sign_test_has_its_critical_value(n: int, level: float, cut: int) -> None:
    _, low, high = middle([float(one) for one in range(n)], level)
    assert (low, high) == (cut - 1, n - cut)


def test_too_few_values_give_no_interval() -> None:
    assert middle([1.0, 2.0, 3.0], 0.05) == (2.0, -inf, inf)


def test_thousands_of_values_have_an_interval() -> None:
    _, low, high = middle([float(one) for one in range(2000)], 0.05)
    assert low + high == 1999
    assert 940 < low < 970  # 1.96 standard deviations of a binomial below the middle


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=40))
def test_the_other_sign_is_the_mirror_image(values: list[float]) -> None:
    estimate, low, high = middle(values, 0.05)
    assert middle([-one for one in values], 0.05) == pytest.approx((-estimate, -high, -low))


def test_it_covers_whatever_the_tails() -> None:
    draw, hits = random.Random(3), 0
    for _ in range(1000):
        _, low, high = middle([draw.gauss(0, 1) / max(draw.random(), 1e-3) for _ in range(21)], 0.05)
        hits += low <= 0 <= high
    assert hits >= 935
