"""Which of two limits of one budget allows less."""

from __future__ import annotations

from resonance_perf.model.budget import Budget


def is_tighter(one: Budget, other: Budget) -> bool:
    """True when both bound the same metrics on the same branches in the same direction, and `one` allows less."""
    if (one.direction, one.metric, one.branches) != (other.direction, other.metric, other.branches):
        return False
    if one.relative is not None and other.relative is not None:
        return one.relative < other.relative
    if one.limit is None or other.limit is None or one.limit.unit.dimension != other.limit.unit.dimension:
        return False
    better = one.limit.base < other.limit.base
    return better if one.direction == "lower" else one.limit.base > other.limit.base
