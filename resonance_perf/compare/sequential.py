"""When to look at the pairs, and how sure each look must be, so that looking often does not cost the truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, exp, log2, pi, sqrt
from statistics import NormalDist

COVERAGE = 0.95
"""The intervals of all looks of a comparison hold the truth together with this probability."""
GROWTH = 1.2
"""Each look has this many times the pairs of the one before."""
FRESH = 4
"""A change is confirmed by so many pairs that were measured after the suspicion, or more."""
_BEYOND = 1.5
"""What looks changed at the last look is looked at once more, at this many times its pairs."""
_CELLS = 100
"""Cells of the grid on which the looks' joint distribution is integrated."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Schedule:
    """The numbers of pairs at which to look, and the two-sided levels at each look: of the interval, and of the proof
    of a change, which is 0 where so few pairs prove nothing. All but the first `regular` are only for what looks
    changed."""

    looks: tuple[int, ...]
    levels: tuple[float, ...]
    proofs: tuple[float, ...]
    regular: int

    def level(self, pairs: int) -> float:
        """The level for an interval from so many pairs: that of the first look that has as many."""
        return self.levels[self._place(pairs)]

    def proof(self, pairs: int) -> float:
        """The level at which so many pairs prove a change; 0 where this is no look, so that none is used twice."""
        return dict(zip(self.looks, self.proofs, strict=True)).get(pairs, 0.0)

    def after(self, pairs: int, *, suspected: bool = False) -> int | None:
        """The next look that has more pairs, or None."""
        looks = self.looks if suspected else self.looks[: self.regular]
        return next((look for look in looks if look > pairs), None)

    def _place(self, pairs: int) -> int:
        return next((place for place, look in enumerate(self.looks) if look >= pairs), len(self.looks) - 1)


@lru_cache(maxsize=64)
def schedule(least: int, most: int, false_alarms: float | None = None) -> Schedule:
    """Looks from `least` pairs (or the first number that can decide) to `most`, each `GROWTH` times the one before; the
    error is spent evenly over them.

    The intervals are repeated confidence intervals: whichever look is the last, for whatever reason, coverage is at
    least `COVERAGE`. So a comparison may stop at any look, when the time is up too. Where changes are to be proven,
    `false_alarms` is divided among the looks that can prove one, and there is one look more for what looks changed.

    Source: Jennison & Turnbull, "Repeated confidence intervals for group sequential clinical trials", Controlled
    Clinical Trials 5 (1984); the spending of the error: Lan & DeMets, Biometrika 70 (1983).
    """
    error = 1 - COVERAGE
    more = () if false_alarms is None else (max(ceil(_BEYOND * most), most + FRESH, ceil(log2(2 / false_alarms))),)
    looks = _looks(max(1, min(least, most)), most)
    while looks[0] < most and not _decides(looks[0], error / len(looks + more)):
        looks = _looks(looks[0] + 1, most)
    every = looks + more
    # who asks for one number of pairs has all of the error for it, also where a change is looked at once more
    levels = _levels(every, error) if len(looks) > 1 else (error,) * len(every)
    return Schedule(every, levels, _proofs(every, false_alarms or 0.0), len(looks))


def _proofs(looks: tuple[int, ...], error: float) -> tuple[float, ...]:
    """The same level for all looks that can prove something at it. They add up to the error, so nothing needs to be
    known of how the looks depend on each other."""
    able = next((place for place, look in enumerate(looks) if _decides(look, error / (len(looks) - place))), len(looks))
    return (0.0,) * able + (error / max(1, len(looks) - able),) * (len(looks) - able)


def _decides(pairs: int, level: float) -> bool:
    """True when all pairs on one side are rarer than the level."""
    return 2.0 ** (1 - pairs) <= level


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
