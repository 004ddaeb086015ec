"""One metric's history -> its change points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import median
from typing import TYPE_CHECKING

from resonance_perf.history.merge import Series, merged
from resonance_perf.history.values import ChangePoint, Observations

if TYPE_CHECKING:
    from resonance_perf.history.reading import Found

_LEAST = 6
"""Fewer values of one environment say nothing about their noise."""
_NEAR = 10
"""A change of environment shows the median of so many values on each side."""
_Z95 = 1.96


def change_points(observations: Observations) -> tuple[ChangePoint, ...]:
    """Steps, drifts and new environments in one metric's history, oldest first.

    Every environment's values are a series of their own. Where all values are positive the analysis is of their
    logarithms, so it does not depend on the unit. Method and sources: docs/statistics-history.md.
    """
    series = merged(observations)
    found = [one for environment, own in series.items() for one in _of_series(environment, own, observations)]
    new = _environments(series, observations) if len(series) > 1 else []
    return tuple(sorted([*_without_doubles(found), *new], key=lambda one: (one.at, one.index)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A change point that the values of one environment show; it came after `after`, when they still were the old."""

    environment: str
    after: float
    point: ChangePoint


def _of_series(environment: str, own: Series, observations: Observations) -> list[_Seen]:
    if len(own.values) < _LEAST or min(own.values) == max(own.values):
        return []
    from resonance_perf.history.series import analysed

    logs = min(own.values) > 0
    return [
        _Seen(
            environment, observations.at[own.places[max(one.first - 1, 0)]],
            _change_point(one, own.places, observations, logs=logs),
        )
        for one in analysed(own.values, own.errors, logs=logs)
    ]  # fmt: skip


def _change_point(found: Found, places: Sequence[int], observations: Observations, *, logs: bool) -> ChangePoint:
    place, first, last = places[found.place], places[found.first], places[found.last]
    before, after, change, margin = found.before, found.after, found.after - found.before, _Z95 * found.error
    ratio: tuple[float | None, float | None, float | None] = (None, None, None)
    if logs:
        ratio = (exp(change), exp(change - margin), exp(change + margin))
        before, after = exp(before), exp(after)
    elif before > 0:
        ratio = (after / before, (after - margin) / before, (after + margin) / before)
    return ChangePoint(
        found.kind, place, *observations.seen(place), before, after, *ratio, found.p, *observations.seen(first),
        *observations.seen(last), found.slope,
    )  # fmt: skip


def _environments(series: Mapping[str, Series], observations: Observations) -> list[ChangePoint]:
    """One for every environment that was not seen before, but for the first."""
    values = sorted(
        (observations.at[place], place, environment, value)
        for environment, own in series.items()
        for place, value in zip(own.places, own.values, strict=True)
    )
    begin = {own.places[0] for own in series.values()}
    found: list[ChangePoint] = []
    for number, (_, place, environment, _) in enumerate(values):
        if number == 0 or place not in begin:
            continue
        old = values[number - 1][2]
        before = median([value for *_, other, value in values[:number] if other == old][-_NEAR:])
        after = median(series[environment].values[:_NEAR])
        ratio = after / before if before > 0 else None
        here = observations.seen(place)
        found.append(ChangePoint("environment", place, *here, before, after, ratio, None, None, None, *here, *here))
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
