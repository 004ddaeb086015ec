"""Observations -> one value per commit and environment, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, sqrt
from operator import attrgetter, itemgetter
from statistics import median
from typing import NamedTuple

from resonance_perf.history.values import Observation

_Z95 = 1.96


class Merged(NamedTuple):
    """All values of one commit in one environment; `place` is that of the first, `error` one standard error.

    A tuple, because there are as many as values: 10,000 frozen dataclasses take 20 ms.
    """

    place: int
    value: float
    at: float
    commit: str
    environment: str
    error: float


def merged(observations: Sequence[Observation]) -> tuple[Merged, ...]:
    """The median of every commit, in the order in which the commits were first measured.

    A commit that was measured again counts once, at its first place: what differs between builds does not grow less
    by measuring one build more often.
    """
    found = [
        Merged(place, value, at, commit, environment, _error(low, high))
        for place, (value, at, commit, environment, low, high) in enumerate(observations) if isfinite(value)
    ]  # fmt: skip
    if len({(one.environment, one.commit) for one in found}) < len(found):
        groups: dict[tuple[str, str], list[Merged]] = {}
        for one in found:
            groups.setdefault((one.environment, one.commit), []).append(one)
        found = [members[0] if len(members) == 1 else _many(members) for members in groups.values()]
    return tuple(sorted(found, key=itemgetter(2, 0)))  # by at and place


def _error(low: float | None, high: float | None) -> float:
    if low is None or high is None or high - low == inf:
        return 0.0
    return (high - low) / (2 * _Z95)


def _many(singles: Sequence[Merged]) -> Merged:
    first = min(singles, key=attrgetter("at", "place"))
    error = median(one.error for one in singles) / sqrt(len(singles))
    return first._replace(value=median(one.value for one in singles), error=error)


def by_environment(values: Sequence[Merged]) -> dict[str, list[Merged]]:
    """Each environment's own series: two machines that take turns have two histories."""
    found: dict[str, list[Merged]] = {}
    if len({one.environment for one in values}) == 1:
        return {values[0].environment: list(values)}
    for one in values:
        found.setdefault(one.environment, []).append(one)
    return found
