from __future__ import annotations

import random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.readers.intervals import of_percentiles, of_share, of_values
from resonance_perf.readers.tally import Tally


def test_the_interval_of_a_percentile_holds_it_as_often_as_it_says() -> None:
    draw, q = random.Random(5), 0.9
    truth = NormalDist().inv_cdf(q)
    held = 0
    for _ in range(400):
        found = of_values("p90", "ms", [draw.gauss(0, 1) for _ in range(300)], q)
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.985


@given(st.lists(st.floats(0.01, 1e6), min_size=50, max_size=200), st.sampled_from([0.5, 0.9]))
def test_a_tally_says_what_the_values_say_to_a_thousandth(values: list[float], q: float) -> None:
    tally = Tally()
    for value in values:
        tally.add(value)
    exact, rough = of_values("p", "ms", values, q), tally.quantile("p", "ms", q)
    assert rough.value == pytest.approx(exact.value, rel=1.1e-3)
    assert rough.low <= rough.value <= rough.high


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_in_its_interval(bad: int, good: int) -> None:
    found = of_share("error_rate", bad, bad + good)
    assert 0 <= found.low <= found.value <= found.high <= 100


def test_a_percentile_without_neighbours_decides_nothing() -> None:
    found = of_percentiles("p99", "ms", {0.99: 12.0}, 0.99, 1000)
    assert found is not None and found.note
    assert of_percentiles("p95", "ms", {0.99: 12.0}, 0.95, 1000) is None
