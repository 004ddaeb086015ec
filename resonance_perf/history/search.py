"""The best division of a series into stretches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from resonance_perf.history.cost import Cost, Places
from resonance_perf.history.noise import Floats

Marks = NDArray[np.bool_]

_LEAST_LINE = 8
"""A slope needs so many values."""
_ROWS = 64
"""Ends of stretches that are looked at together."""


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
class _Stretches:
    """All stretches that end at some neighbouring bounds: a row for each end, a column for each start before it.

    `length` is what a stretch is worth, `price` what its ends cost: infinite where it is too short.
    """

    start: Places
    stop: Places
    length: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Ground:
    """What all divisions of a series among the same places have in common, whatever is taken from its values first.

    The stretches lie in blocks of rows: their matrix has an empty half, and a block stays in the processor's cache.
    `factor` is one unit of the penalty.
    """

    penalty: Penalty
    variance: float
    bounds: Places
    blocks: tuple[_Stretches, ...]
    factor: float


def ground(cost: Cost, variance: float, penalty: Penalty, places: Places, limits: tuple[int, int]) -> Ground:
    """The ground of divisions whose changes are in `places`. `limits` are the shortest stretch inside and at an end."""
    n = cost.n
    bounds = np.concatenate([[0], places, [n]])
    factor = penalty.small(n) * variance
    inside, end = limits

    def block(first: int, last: int) -> _Stretches:
        start, stop = bounds[None, : last - 1], bounds[first:last, None]
        length = np.maximum(cost.weight(start, stop), 0.0)
        price = factor * penalty.scale * np.log(n / np.maximum(length, 1.0))
        price[:, 0] += np.where(stop[:, 0] < n, factor * penalty.first, 0.0)
        least = np.where((start == 0) | (stop == n), end, inside)
        price[(length < least) | (stop <= start)] = np.inf
        return _Stretches(start, stop, length, price)

    rows = range(1, bounds.size, _ROWS)
    blocks = tuple(block(first, min(first + _ROWS, bounds.size)) for first in rows)
    return Ground(penalty, variance, bounds, blocks, factor)


def divide(cost: Cost, on: Ground, *, lines: bool = False) -> Division:
    """The division with the least penalized cost.

    Dynamic programming over the places, exact: Jackson et al., "An algorithm for optimal partitioning of data on an
    interval", IEEE Signal Processing Letters 12 (2005).
    """
    penalty, factor, last = on.penalty, on.factor, on.bounds.size - 1
    best, before, straight = np.zeros(last + 1), np.zeros(last + 1, dtype=np.int64), []
    best[0] = -penalty.change * factor
    at = 1
    for block in on.blocks:
        fit, better = _fits(cost, on, block, lines=lines)
        straight.append(better)
        for total in fit + block.price + factor * penalty.change:
            reached = best[:at] + total[:at]
            if at == last:
                reached -= _privilege(on, before)
            before[at] = place = reached.argmin()
            best[at] = reached[place]
            at += 1
    return _traced(on.bounds, before, straight, float(best[-1]) / on.variance)


def _privilege(on: Ground, before: Places) -> Floats:
    """What the newest stretch need not pay, by its start: there it lies in one place only."""
    penalty, factor, newest = on.penalty, on.factor, on.blocks[-1]
    price, length = newest.price[-1], newest.length[-1]
    paid = np.where((before[:-1] == 0) & (on.bounds[:-1] > 0), factor * penalty.first, 0.0)
    asked = factor * (penalty.fresh + penalty.settled * length) - paid
    return np.maximum(np.where(np.isfinite(price), price - asked, 0.0), 0.0)


def _fits(cost: Cost, on: Ground, block: _Stretches, *, lines: bool) -> tuple[Floats, Marks | None]:
    """What is left of every stretch, and which are better as lines at the price of a slope."""
    fit = cost.level(block.start, block.stop)
    if not lines:
        return fit, None
    line = cost.line(block.start, block.stop) + on.penalty.slope * on.factor
    straight = (line < fit) & (block.length >= _LEAST_LINE)
    return np.where(straight, line, fit), straight


def _traced(bounds: Places, before: Places, straight: Sequence[Marks | None], price: float) -> Division:
    changes: list[int] = []
    kinds: list[bool] = []
    at = bounds.size - 1
    while at > 0:
        block, row = divmod(at - 1, _ROWS)
        marks = straight[block]
        kinds.append(marks is not None and bool(marks[row, before[at]]))
        at = int(before[at])
        if at > 0:
            changes.append(int(bounds[at]))
    return Division(tuple(reversed(changes)), tuple(reversed(kinds)), price)
