"""When to look at the pairs, and how sure each look must be, so that looking often does not cost the truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, exp, pi, sqrt
from statistics import NormalDist

COVERAGE = 0.95
"""The intervals of all looks of a comparison hold the truth together with this probability."""
GROWTH = 1.25
"""Each look has this many times the pairs of the one before."""
_CELLS = 100
"""Cells of the grid on which the looks' joint distribution is integrated."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Schedule:
    """The numbers of pairs at which to look, and the two-sided level of the interval at each look."""

    looks: tuple[int, ...]
    levels: tuple[float, ...]

    def level(self, pairs: int) -> float:
        """The level for an interval from so many pairs: that of the first look that has as many."""
        found = (level for look, level in zip(self.looks, self.levels, strict=True) if look >= pairs)
        return next(found, self.levels[-1])

    def after(self, pairs: int) -> int | None:
        """The next look that has more pairs, or None."""
        return next((look for look in self.looks if look > pairs), None)


@lru_cache(maxsize=64)
def schedule(least: int, most: int) -> Schedule:
    """Looks from `least` pairs (or the first number that can decide) to `most`, each `GROWTH` times the one before; the
    error is spent evenly over them.

    The intervals are repeated confidence intervals: whichever look is the last, for whatever reason, coverage is at
    least `COVERAGE`. So a comparison may stop at any look, when the time is up too.

    Source: Jennison & Turnbull, "Repeated confidence intervals for group sequential clinical trials", Controlled
    Clinical Trials 5 (1984); the spending of the error: Lan & DeMets, Biometrika 70 (1983).
    """
    looks = _looks(max(1, min(least, most)), most)
    while looks[0] < most and 2 / 2 ** looks[0] > (1 - COVERAGE) / len(looks):
        looks = _looks(looks[0] + 1, most)  # all pairs on one side would not be rare enough to decide
    return Schedule(looks, _levels(looks, 1 - COVERAGE))


def _looks(first: int, most: int) -> tuple[int, ...]:
    looks = [first]
    while looks[-1] < most:
        looks.append(min(most, max(looks[-1] + 1, ceil(looks[-1] * GROWTH))))
    return tuple(looks)


def _levels(looks: tuple[int, ...], alpha: float) -> tuple[float, ...]:
    """Two-sided nominal levels, so that a Brownian motion crosses at each look with probability alpha ÷ looks.

    The recursion over the density of the motion that has not crossed yet: Armitage, McPherson & Rowe, JRSS A 132
    (1969). Wilcoxon's statistic is such a motion in the limit; where pairs are few, its exact distribution is used
    at these levels, and its steps make it cautious.
    """
    spend = alpha / len(looks)
    bound = -_NORMAL.inv_cdf(spend / 2)
    levels = [spend]
    density = [(z, exp(-z * z / 2) / sqrt(2 * pi) * width) for z, width in _grid(bound)]
    for before, now in pairwise(looks):
        keep, spread = sqrt(before / now), sqrt(1 - before / now)
        bound = _bound(density, keep, spread, spend)
        levels.append(2 * _NORMAL.cdf(-bound))
        scale = spread * sqrt(2 * pi)
        density = [
            (z, width / scale * sum(mass * exp(-(((z - keep * y) / spread) ** 2) / 2) for y, mass in density))
            for z, width in _grid(bound)
        ]
    return tuple(levels)


def _grid(bound: float) -> list[tuple[float, float]]:
    width = 2 * bound / _CELLS
    return [(-bound + (index + 0.5) * width, width) for index in range(_CELLS)]


def _bound(density: list[tuple[float, float]], keep: float, spread: float, spend: float) -> float:
    """The bound beyond which the motion is, at the next look, with probability `spend`."""
    low, high = 0.0, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        beyond = sum(mass * 2 * _NORMAL.cdf((keep * y - middle) / spread) for y, mass in density)
        low, high = (middle, high) if beyond > spend else (low, middle)
    return (low + high) / 2
