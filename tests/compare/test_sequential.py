from __future__ import annotations

import random
from math import sqrt
from statistics import NormalDist

import pytest

from resonance_perf.compare.sequential import COVERAGE, schedule


def test_looks_grow_from_the_least_to_the_most() -> None:
    assert schedule(8, 24).looks == (9, 11, 14, 17, 21, 24)
    assert schedule(8, 8).looks == (8,)
    assert schedule(1, 1).looks == (1,)
    assert schedule(9, 4).looks == (4,)


def test_a_single_look_spends_everything() -> None:
    assert schedule(8, 8).levels == (1 - COVERAGE,)
    assert schedule(6, 6, 0.01).level(6) == 1 - COVERAGE  # at half of it, six pairs have no interval


def test_two_equal_looks_have_the_published_bounds() -> None:
    """Spending alpha evenly over n and 2n: the first bound is that of alpha/2, the second from the joint normal."""
    first, second = schedule(10, 20).levels[0], schedule(10, 20).levels[-1]
    assert first < second < 1 - COVERAGE


def test_all_looks_together_cross_as_often_as_they_may() -> None:
    found = schedule(8, 400)
    bounds = [NormalDist().inv_cdf(1 - level / 2) for level in found.levels]
    draw, crossed = random.Random(4), 0
    for _ in range(4000):
        motion, before = 0.0, 0
        for look, bound in zip(found.looks, bounds, strict=True):
            motion += draw.gauss(0, sqrt(look - before))
            before = look
            if abs(motion) / sqrt(look) > bound:
                crossed += 1
                break
    assert abs(crossed / 4000 - (1 - COVERAGE)) < 0.012


def test_the_level_between_looks_is_that_of_the_next() -> None:
    found = schedule(8, 24)
    assert found.level(10) == found.levels[1]
    assert found.level(99) == found.levels[-1]
    assert found.after(9) == 11
    assert found.after(24) is None


@pytest.mark.parametrize(("least", "most"), [(1, 1), (8, 8), (8, 12), (8, 240), (8, 1000)])
@pytest.mark.parametrize("error", [0.01, 0.0001])
def test_what_proves_a_change_adds_up_to_the_error_and_is_used_at_the_looks_alone(
    least: int, most: int, error: float
) -> None:
    found = schedule(least, most, error)
    levels = [found.proof(pairs) for pairs in range(1, 2 * most + 20)]
    assert sum(levels) == pytest.approx(error)
    assert all(2 / 2**pairs <= level for pairs, level in enumerate(levels, 1) if level)


def test_only_what_looks_changed_is_looked_at_beyond_the_most() -> None:
    found = schedule(8, 24, 0.01)
    assert (found.after(24), found.after(24, suspected=True), found.after(36, suspected=True)) == (None, 36, None)
    assert schedule(8, 24).after(24, suspected=True) is None
