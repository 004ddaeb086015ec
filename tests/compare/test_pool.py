from __future__ import annotations

import json
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.compare.estimate import pooled_quantile
from resonance_perf.compare.pool import Pool, draws, nearest_rank, pooled_ratio
from resonance_perf.model.counted import Counted, from_json, to_json
from resonance_perf.readers.tally import ERROR, Tally

group = st.lists(st.floats(0.1, 1e6), min_size=1, max_size=20)
groups_ = st.lists(group, min_size=1, max_size=8)


def test_nearest_rank() -> None:
    assert [nearest_rank([1.0, 2.0, 3.0, 4.0], q) for q in (0, 0.25, 0.26, 0.5, 0.99, 1)] == [1, 1, 2, 2, 4, 4]


@given(groups_, st.floats(0.01, 0.999), st.data())
def test_a_group_that_counts_twice_is_there_twice(groups: list[list[float]], q: float, data: st.DataObject) -> None:
    counts = st.lists(st.integers(0, 3), min_size=len(groups), max_size=len(groups)).filter(any)
    times = data.draw(counts)
    every = sorted(value for one, count in zip(groups, times, strict=True) for value in one * count)
    pool, halving = Pool(groups), Pool(groups)
    halving._quick = 0
    assert pool.quantile(q, times) == halving.quantile(q, times) == nearest_rank(every, q)


def counted(group: list[float]) -> Counted:
    tally = Tally()
    for value in group:
        tally.add(value)
    return tally.counted()


@given(groups_, st.floats(0.01, 0.999), st.data())
def test_counted_values_have_the_same_quantiles_to_their_error(
    groups: list[list[float]], q: float, data: st.DataObject
) -> None:
    """Also where some groups were counted and others not."""
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(groups), max_size=len(groups)).filter(any))
    mixed = [counted(group) if data.draw(st.booleans()) else group for group in groups]
    for asked in (times, None):
        assert Pool(mixed).quantile(q, asked) == pytest.approx(Pool(groups).quantile(q, asked), rel=1.01 * ERROR)


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=60))
def test_a_value_has_as_many_below_it_counted_as_listed(group: list[float]) -> None:
    found = counted(group)
    assert len(found) == len(group) and found.upto == tuple(found.rank(size) for size in found.sizes)
    assert [found[at] for at in range(len(group))] == pytest.approx(sorted(group), rel=1.01 * ERROR)
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


def test_what_counted_values_do_not_tell_is_part_of_the_interval() -> None:
    ratio, low, high = pooled_ratio([counted([10.0] * 50)] * 3, [counted([20.0] * 50)] * 3, 0.5)
    assert low < 2 < high and high / low == pytest.approx((1 + ERROR) ** 4) and ratio == pytest.approx(2, rel=1e-3)
    value, low, high = pooled_quantile([counted([10.0] * 50)] * 3, 0.5)
    assert low <= 10 <= high and high / value == pytest.approx(1 + ERROR)


def test_as_many_groups_are_drawn_as_there_are() -> None:
    found = list(draws(5))
    assert {sum(times) for times in found} == {5}
    assert found == list(draws.__wrapped__(5)) and len(set(found)) > 1


@given(groups_, st.floats(0.1, 10), st.floats(0.05, 0.95))
def test_a_factor_on_every_value_is_the_ratio_and_sure(groups: list[list[float]], factor: float, q: float) -> None:
    after = [[value * factor for value in one] for one in groups]
    assert pooled_ratio(groups, after, q) == pytest.approx((factor,) * 3)


def test_without_a_positive_quantile_there_is_no_ratio() -> None:
    assert pooled_ratio([[0.0]] * 3, [[1.0]] * 3, 0.5) == (1.0, 0.0, inf)
