from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.estimate import estimate_run, median_interval, pooled_quantile
from resonance_perf.compare.pool import nearest_rank
from resonance_perf.model.run import Measure, Sample

values = st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40)


@given(values)
def test_the_median_interval_lies_within_the_values(found: list[float]) -> None:
    low, high = median_interval(found)
    assert min(found) <= low <= high <= max(found)


def test_the_median_interval_of_many_is_narrower_than_their_range() -> None:
    assert median_interval([float(n) for n in range(100)]) == (39.0, 60.0)


def test_the_median_interval_covers() -> None:
    draw = random.Random(3)
    hits = 0
    for _ in range(1000):
        low, high = median_interval([draw.expovariate(1) for _ in range(11)])
        hits += low <= 0.6931 <= high
    assert hits > 950


@given(st.lists(values, min_size=1, max_size=8), st.floats(0.01, 0.999))
def test_a_pooled_quantile_is_the_quantile_of_all_values_and_lies_in_its_interval(
    groups: list[list[float]], q: float
) -> None:
    value, low, high = pooled_quantile(groups, q)
    assert value == nearest_rank(sorted(one for group in groups for one in group), q)
    assert low <= value <= high


def test_one_server_alone_has_the_interval_of_its_values() -> None:
    assert pooled_quantile([[float(n) for n in range(1, 101)]], 0.5) == (50, 41, 61)
    assert pooled_quantile([[float(n) for n in range(1, 11)]], 0.99) == (10, 10, 10)


def test_a_stall_in_one_of_eight_servers_shows_in_the_pooled_p99() -> None:
    calm = [[10.0] * 100 for _ in range(7)]
    value, _, high = pooled_quantile([*calm, [10.0] * 80 + [500.0] * 20], 0.99)
    assert value == 500.0
    assert high == 500.0


def test_a_run_is_estimated_per_metric() -> None:
    measures = {
        "wall": Measure("ms"),
        "p95": Measure("ms", quantile=0.95, of="latency"),
        "raw": Measure("B", exact=True),
    }
    samples = [
        Sample(values={"wall": float(n), "p95": 9.0, "raw": 5.0}, raw={"latency": (1.0, 9.0)}) for n in (1, 2, 3)
    ]
    found = {one.metric: one for one in estimate_run(measures, samples)}
    assert (found["wall"].value, found["wall"].n) == (2.0, 3)
    assert (found["p95"].value, found["p95"].n) == (9.0, 6)
    assert (found["raw"].low, found["raw"].high) == (5.0, 5.0)


def test_a_metric_that_no_sample_has_is_missing_and_not_zero() -> None:
    assert estimate_run({"p99": Measure("ms", quantile=0.99, of="latency")}, [Sample(values={"p50": 1.0})]) == ()
