"""Observations -> one value per commit and environment, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite, sqrt
from operator import attrgetter
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
    groups: dict[tuple[str, str], list[tuple[int, Observation]]] = {}
    for place, one in enumerate(observations):
        if isfinite(one.value):
            groups.setdefault((one.environment, one.commit), []).append((place, one))
    found = [_single(*members[0]) if len(members) == 1 else _many(members) for members in groups.values()]
    return tuple(sorted(found, key=attrgetter("at", "place")))


def _single(place: int, one: Observation) -> Merged:
    error = 0.0 if one.low is None or one.high is None else (one.high - one.low) / (2 * _Z95)
    return Merged(place, one.value, one.at, one.commit, one.environment, error if isfinite(error) else 0.0)


def _many(members: Sequence[tuple[int, Observation]]) -> Merged:
    singles = [_single(place, one) for place, one in members]
    first = min(singles, key=attrgetter("at", "place"))
    error = median(one.error for one in singles) / sqrt(len(singles))
    return first._replace(value=median(one.value for one in singles), error=error)


def by_environment(values: Iterable[Merged]) -> dict[str, list[Merged]]:
    """Each environment's own series: two machines that take turns have two histories."""
    found: dict[str, list[Merged]] = {}
    for one in values:
        found.setdefault(one.environment, []).append(one)
    return found
