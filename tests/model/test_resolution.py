from __future__ import annotations

from math import inf

import pytest

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.resolution import resolution


def compared(low: float, high: float) -> Comparison:
    return Comparison(
        benchmark="b", metric="wall", base="1", head="2", before=1, after=1, unit="ms", ratio=1, low=low, high=high,
        verdict="unsure", pairs=20, seconds=9, decided_by="wall",
    )  # fmt: skip


def test_the_smallest_change_is_half_the_interval() -> None:
    found = resolution(compared(1 / 1.04, 1.04), 5.0, 0.02)
    assert found.smallest == pytest.approx(0.04)
    assert not found.fine_enough
    assert found.needed() == (80, pytest.approx(20.0))


def test_an_interval_off_centre_is_as_wide() -> None:
    assert resolution(compared(1.0, 1.04**2), 5.0, 0.02).smallest == pytest.approx(0.04)


def test_too_few_pairs_show_nothing() -> None:
    found = resolution(compared(0.0, inf), 5.0, 0.02)
    assert found.smallest == inf
    assert found.needed() is None


def test_what_is_fine_enough_needs_no_more() -> None:
    assert resolution(compared(1 / 1.01, 1.01), 5.0, 0.02).needed() == (20, 5.0)
