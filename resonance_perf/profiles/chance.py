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
_UNLIKE = 20.0
"""Two sides of which one varies so many times as much as the other vary for reasons of their own."""
_ROUNDING = 1e-9
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
    """How captures of base and head vary: `quanta` are what one sample of each is worth per unit of work (0: not
    sampled), `spread` is the variance of whole captures of a side beyond counting, relative to their mean; `together`:
    it was estimated from both sides."""

    quanta: _Pair
    spread: tuple[float, float]
    together: bool


def noise_of(totals: _Pair, quanta: _Pair) -> Noise:
    """How whole captures vary beyond what counting explains: alike on both sides, unless those say otherwise."""
    varied = [variance(side) / fmean(side) ** 2 if len(side) > 1 and fmean(side) > 0 else 0.0 for side in totals]
    excess = [
        max(0.0, one - fmean(worth) / fmean(side)) if one else 0.0
        for one, side, worth in zip(varied, totals, quanta, strict=True)
    ]
    degrees = [len(side) - 1 for side in totals]
    if max(varied) > _UNLIKE * min(varied) or not all(degrees):
        return Noise(quanta, (excess[0], excess[1]), together=False)
    pooled = sum(one * count for one, count in zip(excess, degrees, strict=True)) / sum(degrees)
    return Noise(quanta, (pooled, pooled), together=True)


def change_of(values: _Pair, noise: Noise) -> Change:
    """One value of each capture, base and head; without an interval where a side has fewer than `LEAST`."""
    before, after = map(fmean, values)
    if min(map(len, values)) < LEAST:
        return Change(before, after, -inf, inf, 1.0)
    counting = sum(_counting(side, worth) for side, worth in zip(values, noise.quanta, strict=True))
    spread = [one * fmean(side) ** 2 / len(side) for one, side in zip(noise.spread, values, strict=True)]
    own = [variance(side) / len(side) for side in values]
    told, estimated = counting + sum(spread), spread
    if sum(own) > told * (1 + _ROUNDING):
        told, estimated = sum(own), own
    degrees = _degrees(told, estimated, values, together=noise.together)
    size, error = after - before, sqrt(told)
    reach = error * _student(_Z95, degrees)
    p = (1.0 if size == 0 else 0.0) if error == 0 else erfc(_normal(abs(size) / error, degrees) / sqrt(2))
    return Change(before, after, size - reach, size + reach, p)


def _degrees(told: float, estimated: Sequence[float], values: _Pair, *, together: bool) -> float:
    """How well a variance is known of which only a part was estimated: how samples are counted is known."""
    counts = [len(side) - 1 for side in values]
    if together:
        unsure = sum(estimated) ** 2 / sum(counts)
    else:
        unsure = sum(one**2 / count for one, count in zip(estimated, counts, strict=True))
    return told**2 / unsure if unsure else inf


def _counting(values: Sequence[float], worth: Sequence[float]) -> float:
    """The variance of the mean as counts have it, with one sample more than were seen: none at all does not mean that
    there can be none (Agresti and Caffo, 2000)."""
    count, middle = len(values), fmean(values)
    return sum(one * (middle + one / count) for one in worth) / count**2


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
