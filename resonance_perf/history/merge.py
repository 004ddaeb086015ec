"""Observations -> one value per commit and environment, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, sqrt
from statistics import median
from typing import NamedTuple

from resonance_perf.history.values import Observations

_Z95 = 1.96


class Series(NamedTuple):
    """One value per commit in one environment, oldest first, with its standard error.

    `places` are those of the first observation of each commit.
    """

    places: Sequence[int]
    values: Sequence[float]
    errors: Sequence[float]


def merged(observations: Observations) -> dict[str, Series]:
    """The median of every commit, in the order in which the commits were first measured, by environment.

    A commit that was measured again counts once, at its first place: what differs between builds does not grow less
    by measuring one build more often. Two machines that take turns have two histories.
    """
    values, at, commits, environments, lows, highs = observations
    finite = (place for place, value in enumerate(values) if isfinite(value))
    firsts: dict[str, dict[str, int]] = {}
    again: dict[int, list[int]] = {}
    for place in sorted(finite, key=at.__getitem__):
        first = firsts.setdefault(environments[place], {}).setdefault(commits[place], place)
        if first != place:
            again.setdefault(first, [first]).append(place)
    values, errors = list(values), [_error(low, high) for low, high in zip(lows, highs, strict=True)]
    for first, places in again.items():
        values[first] = median(values[place] for place in places)
        errors[first] = median(errors[place] for place in places) / sqrt(len(places))
    return {
        environment: Series(places, [values[place] for place in places], [errors[place] for place in places])
        for environment, places in ((name, list(own.values())) for name, own in firsts.items())
    }


def _error(low: float | None, high: float | None) -> float:
    if low is None or high is None or high - low == inf:
        return 0.0
    return (high - low) / (2 * _Z95)
