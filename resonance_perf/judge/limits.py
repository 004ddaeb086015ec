"""Which of two limits allows more; what counts now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resonance_perf.judge.scope import covers_less
from resonance_perf.model.budget import Budget, LimitInForce, Loosening

SAME = 1e-9
"""Relative difference within which two limits are the same number in other words (`16.7ms`, `0.0167s`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts now, and what somebody wrote that does not."""

    in_force: Mapping[str, LimitInForce]
    loosened: tuple[Loosening, ...]


def is_same(old: Budget, new: Budget) -> bool:
    """True when both say the same limit of the same metrics and branches: whoever wrote it first set it."""
    return (old.text, old.metric, old.branches) == (new.text, new.metric, new.branches)


def relimited(budget: Budget, new: Budget) -> Budget:
    """The budget with another limit: what it covers stays."""
    return replace(budget, limit=new.limit, relative=new.relative, direction=new.direction, text=new.text)


def is_looser(old: Budget, new: Budget | None, alias: str | None = None) -> bool:
    """True when `new` allows something that `old` forbids, or can no longer be compared with it.

    `alias` is the metric that the config ties to the key.
    """
    if new is None or new.direction != old.direction or covers_less(old, new, alias):
        return True
    if old.limit is None or new.limit is None:
        if old.relative is None or new.relative is None:
            return True
        return new.relative > old.relative + SAME
    if old.limit.unit.dimension != new.limit.unit.dimension:
        return True
    room = SAME * abs(old.limit.base)
    if old.direction == "higher":
        return new.limit.base < old.limit.base - room
    return new.limit.base > old.limit.base + room
