"""A model of a series -> the steps and drifts that it says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import erfc, log, sqrt
from typing import Literal

import numpy as np

from resonance_perf.history.fit import PENALTY, Model, common_slope_error
from resonance_perf.history.search import Penalty

_Z95 = 1.96
_NEAR = 3
"""A step is put where most of its probability lies within so many places."""


@dataclass(frozen=True, slots=True)
class Found:
    """A step at `place` (the first of the new level), between `first` and `last`; or a drift from `first` to `last`.

    `before` and `after` are on the scale of the series, `error` is the standard error of their difference.
    """

    kind: Literal["step", "drift"]
    place: int
    first: int
    last: int
    before: float
    after: float
    error: float
    p: float
    slope: float = 0.0


def read(model: Model, penalty: Penalty = PENALTY) -> list[Found]:
    """Steps and drifts, in order of place."""
    found = [] if model.slope == 0.0 else [_common_drift(model)]
    bounds, spans = _settled(model)
    lines = model.division.lines
    drifts: list[Found] = []
    for number, (start, stop) in enumerate(pairwise(bounds)):
        stepped = number > 0
        if number > 0:
            step = _step(model, bounds, number, spans[number - 1])
            least = min(start - bounds[number - 1], stop - start)
            rare = penalty.change + penalty.first  # beside a line a jump is often only a bend that lies elsewhere
            asked = (rare + penalty.scale * log(model.cost.n / least)) * penalty.small(model.cost.n)
            straight = lines[number - 1] or lines[number]
            stepped = not straight or (step.after - step.before) ** 2 > asked * step.error**2
            if stepped:
                found.append(step)
        if lines[number]:
            drift = _drift(model, start, stop)
            if drifts and not stepped and drifts[-1].last == start - 1 and drifts[-1].slope * drift.slope > 0:
                drift = _joined(drifts.pop(), drift)
            drifts.append(drift)
    return sorted([*found, *drifts], key=lambda one: (one.place, one.kind))


def _settled(model: Model) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """The bounds with every step at its most probable place, and the 95 % credible set of each."""
    bounds = list(model.bounds)
    spans = []
    for number in range(1, len(bounds) - 1):
        lines = model.division.lines
        if lines[number - 1] or lines[number]:
            spans.append((bounds[number], bounds[number]))
            continue
        place, first, last = located(model, number)
        bounds[number] = place
        spans.append((min(first, place), max(last, place)))
    return tuple(bounds), spans


def located(model: Model, number: int) -> tuple[int, int, int]:
    """(place, first, last) of change `number` between two levels, and its 95 % credible set.

    The probability of a place follows from how well the two levels fit, all places being as likely before: Smith, "A
    Bayesian approach to inference about a change-point", Biometrika 62 (1975).
    """
    left, middle, right = model.bounds[number - 1 : number + 2]
    at = np.arange(left + 1, right)
    misfit = model.cost.level(np.full(at.size, left), at) + model.cost.level(at, np.full(at.size, right))
    chance = np.exp(-(misfit - misfit.min()) / (2 * model.variance))
    sums = np.concatenate([[0.0], np.cumsum(chance / chance.sum())])
    places = np.arange(at.size)
    near = sums[np.minimum(places + _NEAR + 1, at.size)] - sums[np.maximum(places - _NEAR, 0)]
    own = (at > (left + middle) / 2) & (at <= (middle + right) / 2)
    place = int(at[np.argmax(np.where(own, near + 1e-3 * np.diff(sums), -1.0))])
    first, last = np.minimum(np.searchsorted(sums[1:], [0.025, 0.975]), at.size - 1)
    return place, int(at[first]), int(at[last])


def _step(model: Model, bounds: tuple[int, ...], number: int, span: tuple[int, int]) -> Found:
    left, place, right = bounds[number - 1 : number + 2]
    at = place - 0.5
    levels = []
    for (start, stop), line in zip(((left, place), (place, right)), model.division.lines[number - 1 :], strict=False):
        value, variance = model.cost.line_at(start, stop, at) if line else model.cost.mean(start, stop)
        levels.append((value + model.slope * at, variance * model.variance))
    (before, one), (after, other) = levels
    error = sqrt(one + other)
    chances = 2 * model.cost.n / min(place - left, right - place)
    return Found("step", place, *span, before, after, error, _p(after - before, error, model, chances))


def _drift(model: Model, start: int, stop: int) -> Found:
    slope, variance = model.cost.slope(start, stop)
    before = model.cost.line_at(start, stop, start)[0]
    after = model.cost.line_at(start, stop, stop - 1)[0]
    error = sqrt(variance * model.variance) * (stop - 1 - start)
    p = _p(after - before, error, model, 2 * model.cost.n / (stop - start))
    return Found("drift", start, start, stop - 1, before, after, error, p, slope)


def _joined(one: Found, other: Found) -> Found:
    change = other.after - one.before
    return Found(
        "drift", one.first, one.first, other.last, one.before, other.after, sqrt(one.error**2 + other.error**2),
        min(one.p, other.p), change / (other.last - one.first),
    )  # fmt: skip


def _common_drift(model: Model) -> Found:
    """The drift that lies under all levels, from the first value to the last."""
    last = model.cost.n - 1
    before = model.cost.mean(0, model.bounds[1])[0]
    change = model.slope * last
    error = common_slope_error(model) * last
    return Found("drift", 0, 0, last, before, before + change, error, _p(change, error, model, 1.0), model.slope)


def _p(change: float, error: float, model: Model, chances: float) -> float:
    """Two-sided, for Student's t (Wallace's normal approximation, 1959), times the places where it might have been."""
    free = max(model.cost.n - 2 * len(model.bounds), 1)
    squared = (change / error) ** 2 if error > 0 else 1e9
    normal = (8 * free + 1) / (8 * free + 3) * sqrt(free * log(1 + squared / free))
    return min(1.0, chances * erfc(normal / sqrt(2)))
