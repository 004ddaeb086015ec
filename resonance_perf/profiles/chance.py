"""What of a change between a few captures of each side may be chance.

A capture counts samples, so a value varies as counts do; and captures differ as a whole, because the machine does. Both
are known better than the few values of one frame can tell: the first from the distance of samples, the second from the
totals of all captures. A frame that varies more than that for reasons of its own shows it in its own values. So its
variance is the larger of the two, its degrees of freedom are Satterthwaite's (1946): few values that happen to agree
make nothing sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, inf, log1p, sqrt
from statistics import NormalDist, fmean, variance

LEAST = 3
"""Captures of each side without which too little is known of how they vary: with two, up to 19 in 100 differences of
equal code held a finding, with three up to 10 in the worst case that was tried, with five up to 6."""
_Z95 = NormalDist().inv_cdf(0.975)
_Pair = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Change:
    """A value per unit of work on both sides; [`low`, `high`] is the 95 % interval of `after` − `before`.

    `p` is how often chance alone would show so much, for this value; `found` says that it is none, with all values of
    the profile looked at.
    """

    before: float
    after: float
    low: float
    high: float
    p: float
    found: bool = False

    @property
    def size(self) -> float:
        """What was added; below 0 for what went."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Noise:
    """How captures vary: `quanta` are what one sample of each capture is worth per unit of work (0: not sampled), base
    and head; `spread` is the variance of whole captures, relative to their mean, known from `degrees` of freedom."""

    quanta: _Pair
    spread: float
    degrees: int


def noise_of(totals: _Pair, quanta: _Pair) -> Noise:
    """How whole captures vary beyond what counting explains."""
    degrees = sum(len(side) - 1 for side in totals)
    excess = 0.0
    for values, worth in zip(totals, quanta, strict=True):
        middle = fmean(values)
        if len(values) >= LEAST and middle > 0:
            counting = fmean(worth) * middle
            excess += (len(values) - 1) * max(0.0, variance(values) - counting) / middle**2
    return Noise(quanta, excess / degrees if degrees else 0.0, degrees)


def change_of(values: _Pair, noise: Noise) -> Change:
    """One value of each capture, base and head; without an interval where a side has fewer than `LEAST`."""
    before, after = map(fmean, values)
    if min(map(len, values)) < LEAST:
        return Change(before, after, -inf, inf, 1.0)
    counting = spread = 0.0
    for side, worth in zip(values, noise.quanta, strict=True):
        count, middle = len(side), fmean(side)
        # One sample more than were seen: none at all does not mean that there can be none (Agresti and Caffo, 2000).
        counting += sum(one * (middle + one / count) for one in worth) / count**2
        spread += noise.spread * middle**2 / count
    told = counting + spread
    degrees = noise.degrees * (told / spread) ** 2 if spread else inf  # of the two, only the spread was estimated
    own = [variance(side) / len(side) for side in values]
    if sum(own) > told:
        told = sum(own)
        degrees = told**2 / sum(one**2 / (len(side) - 1) for one, side in zip(own, values, strict=True))
    size, error = after - before, sqrt(told)
    reach = error * _student(_Z95, degrees)
    p = (1.0 if size == 0 else 0.0) if error == 0 else erfc(_normal(abs(size) / error, degrees) / sqrt(2))
    return Change(before, after, size - reach, size + reach, p)


def holm(chances: Sequence[float]) -> list[float]:
    """p adjusted so that one false finding among all of them is as rare as one alone would be (Holm, 1979)."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    adjusted = [1.0] * len(chances)
    worst = 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(1.0, (len(chances) - rank) * chances[at]))
        adjusted[at] = worst
    return adjusted


def _normal(t: float, degrees: float) -> float:
    """A value of Student's t as the one of a normal distribution that is as rare; wrong by 1 % at 3 degrees, and on the
    safe side (Wallace, 1959)."""
    if degrees == inf:
        return t
    return (8 * degrees + 1) / (8 * degrees + 3) * sqrt(degrees * log1p(t * t / degrees))


def _student(z: float, degrees: float) -> float:
    """The other way round."""
    if degrees == inf:
        return z
    z *= (8 * degrees + 3) / (8 * degrees + 1)
    return sqrt(degrees * (exp(z * z / degrees) - 1))
