"""Levels, steps and drifts: which model says most about a series for what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import log, sqrt

import numpy as np

from resonance_perf.history.cost import Cost, Places
from resonance_perf.history.noise import Cleaned, Floats, clean, dependence, middle, spread
from resonance_perf.history.places import candidates
from resonance_perf.history.search import Division, Penalty, divide, ground

PENALTY = Penalty()
_LEAST_SD = 1e-150
"""A series may be constant but for its far-out points; the square of this still is more than nothing."""


@dataclass(frozen=True, slots=True)
class Model:
    """A division of a series; from every value `slope` times its place is taken before. A low `score` is good."""

    cost: Cost
    variance: float
    slope: float
    division: Division
    score: float

    @property
    def bounds(self) -> tuple[int, ...]:
        """The beginnings of all stretches, and the end of the last."""
        return (0, *self.division.changes, self.cost.n)


def best_model(values: Floats, weights: Floats, penalty: Penalty = PENALTY) -> Model | None:
    """The cheapest of: levels only; levels on a common drift; levels and lines. None without noise or values."""
    if values.size < 3:
        return None
    series = clean(values, weights)
    if spread(np.diff(values)) == 0.0:
        return None
    found = _models(series, 0.0, penalty)
    phi = dependence(series.values)
    if phi > 0.0:
        rough = min(_models(series, phi, penalty, quick=True), key=lambda model: model.score)
        phi = carried(rough, series)
        if phi > 0.0:
            found.extend(_models(series, phi, penalty))
    return _among_their_like(min(found, key=lambda model: model.score), series, penalty)


def _among_their_like(model: Model, series: Cleaned, penalty: Penalty) -> Model:
    """Ask more of small steps beside great ones: 2 ln τ, where τ is the median step in standard deviations.

    That is how the Bayes factor of a step falls with the width of the prior of its size, and the width is learnt
    from the steps that were found (empirical Bayes; George & Foster, Biometrika 87, 2000).
    """
    levels = np.array([model.cost.mean(a, b)[0] for a, b in pairwise(model.bounds)])
    if levels.size < 3:
        return model
    usual = middle(np.abs(np.diff(levels))) / sqrt(model.variance)
    if usual <= 1.0:
        return model
    strict = replace(penalty, change=penalty.change + 2 * log(usual))
    places = np.array(model.division.changes)
    on = ground(model.cost, model.variance, strict, places, (series.shortest, series.fresh))
    division = divide(model.cost, on, lines=any(model.division.lines))
    return replace(model, division=division)


def carried(model: Model, series: Cleaned) -> float:
    """φ from the residuals of a model: their correlation with the one before, without its bias by the fitted levels."""
    rest = series.values - model.slope * np.arange(series.values.size)
    for start, stop in pairwise(model.bounds):
        rest[start:stop] -= model.cost.mean(start, stop)[0]
    rest = np.where(series.weights > 0, rest, 0.0)
    found = float(rest[1:] @ rest[:-1]) / max(float(rest @ rest), 1e-300)
    levels = len(model.bounds) - 1
    return min(0.9, max(0.0, found + levels * (1 + 3 * found) / rest.size))


def _models(series: Cleaned, phi: float, penalty: Penalty, *, quick: bool = False) -> list[Model]:
    n = series.values.size
    rest = series.values - phi * np.concatenate([series.values[:1], series.values[:-1]])
    variance = max(spread(np.diff(rest)), 1e-9 * float(np.ptp(series.values)), _LEAST_SD) ** 2
    extra = penalty.dependent * log(n) if phi else 0.0
    width = sqrt(variance) / (1 - phi)
    places = candidates(series.values, width, penalty)
    on = ground(Cost(series.values, series.weights, phi), variance, penalty, places, (series.shortest, series.fresh))

    def made(slope: float, *, lines: bool = False) -> Model:
        values = series.values - slope * np.arange(n)
        cost = Cost(values, series.weights, phi)
        division = divide(cost, on, lines=lines)
        return _scored(cost, variance, slope, division, extra + (penalty.drift if slope or lines else 0.0))

    flat = made(0.0)
    if quick:
        return [flat]
    pieces = made(0.0, lines=True)
    models = [flat, pieces]
    for start in _slopes(series.values, flat, pieces):
        slope = start
        for _ in range(3):
            model = made(slope)
            models.append(model)
            change = common_slope(model)
            slope += change
            if abs(change) * n < 0.1 * width:
                break
    return models


def _scored(cost: Cost, variance: float, slope: float, division: Division, extra: float) -> Model:
    starts, stops = _stretches((0, *division.changes, cost.n))
    lines = np.array(division.lines)
    left = float(np.sum(np.where(lines, cost.line(starts, stops), cost.level(starts, stops))))
    paid = division.price - left / variance
    total = float(cost.weight(starts, stops).sum())
    score = total * log(max(left / total, 1e-6 * variance)) + paid + extra
    return Model(cost, variance, slope, division, score)


def _slopes(values: Floats, flat: Model, pieces: Model) -> set[float]:
    """Where to begin the search for a common slope."""
    n = values.size
    if n < 10:
        return set()
    lag = max(2, n // 8)
    return {middle(values[lag:] - values[:-lag]) / lag, common_slope(pieces), common_slope(flat)}


def common_slope(model: Model) -> float:
    """The slope that all stretches share best, by least squares around each one's mean."""
    parts = [model.cost.slope_parts(a, b) for a, b in pairwise(model.bounds)]
    return sum(one for one, _ in parts) / max(sum(other for _, other in parts), 1e-300)


def _stretches(bounds: tuple[int, ...]) -> tuple[Places, Places]:
    return np.array(bounds[:-1], dtype=np.int64), np.array(bounds[1:], dtype=np.int64)


def common_slope_error(model: Model) -> float:
    """The standard error of the slope that all stretches share."""
    parts = [model.cost.slope_parts(a, b)[1] for a, b in pairwise(model.bounds)]
    return sqrt(model.variance / max(sum(parts), 1e-300))
