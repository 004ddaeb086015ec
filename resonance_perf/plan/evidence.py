"""What one measurement says of a commit, and how well that fits a guess."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf, log
from statistics import NormalDist
from typing import Self

SCATTER = 0.15
"""Each commit differs from its side by so much of the step, whatever it changes: layout, other small changes."""
FREEDOM = 5.0
"""Degrees of freedom of the errors: one wild measurement cannot decide (Lange, Little & Taylor, JASA 84 (1989))."""
LEAST_ERROR = 1e-9
"""The error of a count that repeats exactly: not zero, so that precisions stay finite."""
PART = 0.8
"""A step that is less of a change than this is a part of it: there may be a second one."""
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Look:
    """A measured log-ratio against the known good side, positive when worse, with its standard error."""

    change: float
    error: float

    @classmethod
    def of_interval(cls, ratio: float, low: float, high: float, *, higher_is_better: bool = False) -> Self:
        """From a ratio with its 95 % interval. An interval that is open at an end, such as (0, inf), tells nothing:
        its error is infinite."""
        if not (0 < low <= ratio <= high < inf):
            return cls(0.0, inf)
        change = log(ratio)
        error = max(LEAST_ERROR, (log(high) - log(low)) / (2 * _Z))
        return cls(-change if higher_is_better else change, error)

    def part_of(self, whole: Look) -> float | None:
        """The fraction of `whole` that this step is, when it is clearly less than all of it; else None."""
        if self.change + 2 * self.error >= PART * whole.change:
            return None
        return max(0.0, self.change / whole.change)

    def pooled(self, other: Look | None) -> Look:
        """Both, weighted by their precision."""
        if other is None or other.error == inf:
            return self
        if self.error == inf:
            return other
        one, two = self.error**-2, other.error**-2
        return Look((self.change * one + other.change * two) / (one + two), (one + two) ** -0.5)


def spread(error: float, size: float) -> float:
    """The standard deviation of a look around what its side has: its error, and the scatter of the commit."""
    return hypot(error, SCATTER * size)


def fit(look: Look, centre: float, size: float) -> float:
    """The log-density of a look, up to a constant: Student's t around `centre`."""
    scale = spread(look.error, size)
    return -(FREEDOM + 1) / 2 * log(1 + ((look.change - centre) / scale) ** 2 / FREEDOM) - log(scale)
