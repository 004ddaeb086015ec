"""One metric's history -> its change points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import median
from typing import TYPE_CHECKING

from resonance_perf.history.merge import Merged, by_environment, merged
from resonance_perf.history.values import ChangePoint, Observation

if TYPE_CHECKING:
    from resonance_perf.history.reading import Found

_LEAST = 6
"""Fewer values of one environment say nothing about their noise."""
_NEAR = 10
"""A change of environment shows the median of so many values on each side."""
_Z95 = 1.96


def change_points(observations: Sequence[Observation]) -> tuple[ChangePoint, ...]:
    """Steps, drifts and new environments in one metric's history, oldest first.

    Every environment's values are a series of their own. Where all values are positive the analysis is of their
    logarithms, so it does not depend on the unit. Method and sources: docs/statistics-history.md.
    """
    values = merged(observations)
    series = by_environment(values)
    found = [one for members in series.values() for one in _of_series(members)]
    return tuple(sorted([*_without_doubles(found), *_environments(values)], key=lambda one: (one.at, one.index)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A change point that the values of one environment show; it came after `after`, when they still were the old."""

    environment: str
    after: float
    point: ChangePoint


def _of_series(members: Sequence[Merged]) -> list[_Seen]:
    values = [one.value for one in members]
    if len(values) < _LEAST or min(values) == max(values):
        return []
    from resonance_perf.history.series import analysed

    logs = min(values) > 0
    found = analysed(values, [one.error for one in members], logs=logs)
    return [
        _Seen(members[0].environment, members[max(one.first - 1, 0)].at, _change_point(one, members, logs=logs))
        for one in found
    ]


def _change_point(found: Found, members: Sequence[Merged], *, logs: bool) -> ChangePoint:
    at, first, last = members[found.place], members[found.first], members[found.last]
    before, after, change, margin = found.before, found.after, found.after - found.before, _Z95 * found.error
    ratio: tuple[float | None, float | None, float | None] = (None, None, None)
    if logs:
        ratio = (exp(change), exp(change - margin), exp(change + margin))
        before, after = exp(before), exp(after)
    elif before > 0:
        ratio = (after / before, (after - margin) / before, (after + margin) / before)
    return ChangePoint(
        found.kind, at.place, at.commit, at.at, before, after, *ratio, found.p, first.commit, first.at, last.commit,
        last.at, found.slope,
    )  # fmt: skip


def _environments(values: Sequence[Merged]) -> list[ChangePoint]:
    """One for every environment that was not seen before, but for the first."""
    found: list[ChangePoint] = []
    seen: set[str] = set()
    for place, one in enumerate(values):
        if one.environment in seen:
            continue
        seen.add(one.environment)
        if place == 0:
            continue
        old = values[place - 1].environment
        before = median([other.value for other in values[:place] if other.environment == old][-_NEAR:])
        after = median([other.value for other in values[place:] if other.environment == one.environment][:_NEAR])
        ratio = after / before if before > 0 else None
        found.append(
            ChangePoint("environment", one.place, one.commit, one.at, before, after, ratio, None, None, None,
                        one.commit, one.at, one.commit, one.at)
        )  # fmt: skip
    return found


def _without_doubles(found: Sequence[_Seen]) -> list[ChangePoint]:
    """A step that two environments saw is one step: of those that may be the same, the surest stays."""
    kept: list[_Seen] = []
    for one in sorted(found, key=lambda seen: 1.0 if seen.point.p is None else seen.point.p):
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return [one.point for one in kept]


def _same(one: _Seen, other: _Seen) -> bool:
    return (
        one.environment != other.environment
        and one.point.kind == other.point.kind == "step"
        and (one.point.after > one.point.before) == (other.point.after > other.point.before)
        and one.after < other.point.last_at
        and other.after < one.point.last_at
    )
