"""The best division of a series into stretches."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from resonance_perf.history.cost import Cost, Places
from resonance_perf.history.noise import Floats

Marks = NDArray[np.bool_]

_EXACT = 240
"""Up to so many values every place is tried; beyond, the places where neighbouring windows differ."""
_MOST = 500
"""At most so many such places: those that differ most."""
_LEAST_LINE = 8
"""A slope needs so many values."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a change has to gain, in units of the noise variance, before it is believed.

    A change costs `change`, and `scale`·ln(n ÷ length) for each of the two stretches that it makes: a short stretch
    could lie in more places, so it must stand out more (Dümbgen & Spokoiny, "Multiscale testing of qualitative
    hypotheses", Annals of Statistics 29, 2001). `first` is added once: that anything changed at all is harder to
    believe than one change more (the idea of Benjamini & Hochberg, JRSS B 57, 1995). The newest stretch lies in one
    place only: for it, the logarithm and `first` are together at most `fresh` + `settled`·length.

    `slope` is the price of a stretch that is a line and not a level; `drift` and `dependent`·ln n what the models
    with drift and with dependent noise cost as such. The values were chosen by simulation, see docs.
    """

    change: float = 5.0
    first: float = 4.0
    scale: float = 2.0
    fresh: float = 4.0
    settled: float = 0.2
    slope: float = 12.0
    drift: float = 10.0
    dependent: float = 2.0

    def small(self, n: int) -> float:
        """What to multiply all by: few values know their noise badly, and then the ratio of likelihoods says less."""
        usual, free = self.change + self.scale * log(n), max(n - 3, 1)
        return free * (exp(min(usual / free, 4.0)) - 1.0) / usual


@dataclass(frozen=True, slots=True)
class Division:
    """Where stretches begin (without 0), which are lines, and the penalized cost in units of the noise variance."""

    changes: tuple[int, ...]
    lines: tuple[bool, ...]
    price: float


@dataclass(frozen=True, slots=True)
class Ground:
    """What all divisions of a series among the same places have in common, whatever is taken from its values first.

    `length` is what a stretch between two bounds is worth, `price` what its ends cost: infinite where it is too short.
    `factor` is one unit of the penalty.
    """

    penalty: Penalty
    variance: float
    bounds: Places
    length: Floats
    price: Floats
    factor: float


def ground(cost: Cost, variance: float, penalty: Penalty, places: Places, limits: tuple[int, int]) -> Ground:
    """The ground of divisions whose changes are in `places`. `limits` are the shortest stretch inside and at an end."""
    n = cost.n
    bounds = np.concatenate([[0], places, [n]])
    factor = penalty.small(n) * variance
    length = np.maximum(cost.weight(bounds[:, None], bounds[None, :]), 0.0)
    price = factor * penalty.scale * np.log(n / np.maximum(length, 1.0))
    price[0, :-1] += factor * penalty.first
    inside, end = limits
    least = np.full(length.shape, inside)
    least[0, :] = least[:, -1] = end
    price[(length < least) | (bounds[None, :] <= bounds[:, None])] = np.inf
    return Ground(penalty, variance, bounds, length, price, factor)


def divide(cost: Cost, on: Ground, *, lines: bool = False) -> Division:
    """The division with the least penalized cost.

    Dynamic programming over the places, exact: Jackson et al., "An algorithm for optimal partitioning of data on an
    interval", IEEE Signal Processing Letters 12 (2005).
    """
    penalty, bounds, price, factor = on.penalty, on.bounds, on.price, on.factor
    fit, straight = _fits(cost, on, lines=lines)
    total = fit + price + factor * penalty.change
    best = np.zeros(bounds.size)
    best[0] = -penalty.change * factor
    before = np.zeros(bounds.size, dtype=np.int64)
    for at in range(1, bounds.size):
        reached = best[:at] + total[:at, at]
        if at == bounds.size - 1:
            paid = np.where((before[:at] == 0) & (bounds[:at] > 0), factor * penalty.first, 0.0)
            newest = factor * (penalty.fresh + penalty.settled * on.length[:at, at]) - paid
            reached -= np.maximum(np.where(np.isfinite(price[:at, at]), price[:at, at] - newest, 0.0), 0.0)
        before[at] = np.argmin(reached)
        best[at] = reached[before[at]]
    return _traced(bounds, before, straight, float(best[-1]) / on.variance)


def _fits(cost: Cost, on: Ground, *, lines: bool) -> tuple[Floats, Marks | None]:
    """What is left of every stretch, and which are better as lines at the price of a slope."""
    start, stop = on.bounds[:, None], on.bounds[None, :]
    fit = cost.level(start, stop)
    if not lines:
        return fit, None
    line = cost.line(start, stop) + on.penalty.slope * on.factor
    straight = (line < fit) & (on.length >= _LEAST_LINE)
    return np.where(straight, line, fit), straight


def _traced(bounds: Places, before: Places, straight: Marks | None, price: float) -> Division:
    changes: list[int] = []
    kinds: list[bool] = []
    at = bounds.size - 1
    while at > 0:
        kinds.append(straight is not None and bool(straight[before[at], at]))
        at = int(before[at])
        if at > 0:
            changes.append(int(bounds[at]))
    return Division(tuple(reversed(changes)), tuple(reversed(kinds)), price)


def candidates(values: Floats, width: float, penalty: Penalty) -> Places:
    """Where a change may be: everywhere in a short series, else where windows left and right of a place differ.

    The windows are of many lengths, and only the greatest difference within half a window counts: Niu & Zhang, "The
    screening and ranking algorithm", Annals of Applied Statistics 6 (2012). A coarse grid is added for slopes.
    """
    n = values.size
    if n <= _EXACT:
        return np.arange(1, n)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    found: list[Places] = []
    clear: list[Floats] = []
    length = 2
    while length <= n // 2:
        asked = 0.5 * (penalty.change + penalty.scale * log(n / length))
        middle = np.arange(length, n - length + 1)
        gap = np.abs(sums[middle + length] - 2 * sums[middle] + sums[middle - length]) / (width * sqrt(2 * length))
        peaks = _peaks(gap, max(1, length // 2)) & (gap * gap > asked)
        found.append(middle[peaks])
        clear.append(gap[peaks] ** 2 - asked)
        length = max(length + 1, length * 3 // 2)
    clearest = np.concatenate(found)[np.argsort(-np.concatenate(clear), kind="stable")[:_MOST]]
    grid = np.linspace(0, n, 65).astype(np.int64)[1:-1]
    places = np.concatenate([np.arange(1, 4), np.arange(n - 3, n), grid, clearest])
    return np.array(sorted({*places.tolist()}), dtype=np.int64)  # np.unique loads the masked arrays


def _peaks(gap: Floats, reach: int) -> Marks:
    """True where nothing within `reach` is greater. Van Herk's maximum over blocks: linear in the length."""
    width = 2 * reach + 1
    padded = np.pad(gap, (reach, reach + (-gap.size - 2 * reach) % width), constant_values=-1.0)
    blocks = padded.reshape(-1, width)
    left = np.maximum.accumulate(blocks, axis=1).ravel()
    right = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    highest = np.maximum(right[: gap.size], left[width - 1 : width - 1 + gap.size])
    return gap >= highest
