"""What of a change between a few captures of each side may be chance.

A capture counts samples, so a value varies as counts do; that is known from the distance of samples. Captures differ
as a whole, because the machine does and the queue before a server, and by factors rather than by amounts; their totals
tell how much. And functions differ within a capture, which all of them together tell. A function that varies more for
reasons of its own shows it in its own values, and only what is beyond the rest is as unsure as those few are.

So totals are factored out first: what a function has of its capture is compared as it is, totals by their logarithms.
What was estimated from few captures has Satterthwaite's (1946) degrees of freedom: few values that happen to agree make
nothing sure. The interval joins those of both sides (Zou and Donner, 2008), for a factor is no amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import erfc, expm1, fsum, hypot, inf, log, sqrt
from statistics import NormalDist, fmean

from resonance_perf.profiles.rare import as_normal, as_student

LEAST = 3
"""Captures of each side without which too little is known of how they vary: with three, up to 6 in 100 differences of
equal code held a finding (`benchmarks/findings.py`), and two leave a side one degree of freedom."""
_UNLIKE = 20.0
"""Two sides of which one varies so many times as much as the other vary for reasons of their own."""
_ROUNDING = 1e-9
_Z95 = NormalDist().inv_cdf(0.975)
_Pair = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Change:
    """A value per unit of work on both sides; [`low`, `high`] is the 95 % interval of `after` − `before`.

    `apart` is half of what that would be if captures did not vary as a whole, `factor` half the interval of the
    logarithm of `after` / `before` if that were all.
    `p` is how often chance alone would show so much, for this value; `found` says that it is none, with all values of
    the profile looked at.
    """

    before: float
    after: float
    low: float
    high: float
    p: float
    apart: float = inf
    factor: float = inf
    found: bool = False

    @property
    def size(self) -> float:
        """What was added; below 0 for what went."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Noise:
    """How captures of base and head vary, beyond what counting explains.

    `totals` are what each took in all, `quanta` what one sample of each is worth per unit of work (0: not sampled).
    `spread` is the variance of the logarithm of a side's totals; `together`: it was estimated from both sides. `among`
    is how much functions vary for themselves where captures are alike in all, relative to what they take.
    """

    totals: _Pair
    quanta: _Pair
    spread: tuple[float, float]
    together: bool
    among: float = 0.0


def noise_of(totals: _Pair, quanta: _Pair, functions: Iterable[_Pair] = ()) -> Noise:
    """How whole captures vary, alike on both sides unless those say otherwise, and how `functions` do within them."""
    varied = [_log_variance(side) for side in totals]
    excess = [
        max(0.0, one - fmean(worth) / fmean(side)) if one else 0.0
        for one, side, worth in zip(varied, totals, quanta, strict=True)
    ]
    degrees = [len(side) - 1 for side in totals]
    together = max(varied) <= _UNLIKE * min(varied) and all(degrees)
    if together:
        excess = [sum(one * count for one, count in zip(excess, degrees, strict=True)) / sum(degrees)] * 2
    noise = Noise(totals, quanta, (excess[0], excess[1]), together)
    if not all(degrees):
        return noise
    beyond = free = 0.0
    for values in functions:
        beyond += sum(_own(values, totals)) - _counting(values, quanta)
        free += _free(values, totals)
    return replace(noise, among=max(0.0, beyond / free) if free else 0.0)


def change_of(values: _Pair, noise: Noise) -> Change:
    """One value of each capture, base and head; without an interval where a side has fewer than `LEAST`."""
    before, after = map(fmean, values)
    if min(map(len, values)) < LEAST:
        return Change(before, after, -inf, inf, 1.0)
    size, error = after - before, _error(values, noise)
    told = sqrt(error.alone + error.as_whole)
    p = (1.0 if size == 0 else 0.0) if told == 0 else erfc(as_normal(abs(size) / told, error.degrees) / sqrt(2))
    times = as_student(_Z95, error.degrees)
    less, more = ([expm1(sign * times * sqrt(one)) for one in error.logs] for sign in (-1, 1))
    apart = times * sqrt(error.alone)
    down, up = hypot(apart, after * less[1], before * more[0]), hypot(apart, after * more[1], before * less[0])
    return Change(before, after, size - down, size + up, p, apart, times * sqrt(sum(error.logs)))


@dataclass(frozen=True, slots=True)
class _Error:
    """Variances of a difference of means: what captures do `alone` with their totals factored out, what they do
    `as_whole`, and of the logarithm of each side's mean total; with the degrees of freedom of the sum."""

    alone: float
    as_whole: float
    logs: Sequence[float]
    degrees: float


def _error(values: _Pair, noise: Noise) -> _Error:
    counts = [len(side) - 1 for side in values]
    alone = _counting(values, noise.quanta) + noise.among * _free(values, noise.totals)
    unsure, own = 0.0, _own(values, noise.totals)
    if sum(own) > alone * (1 + _ROUNDING):
        beyond = 1 - alone / sum(own)
        alone, unsure = sum(own), sum((beyond * one) ** 2 / count for one, count in zip(own, counts, strict=True))
    logs = [one / len(side) for one, side in zip(noise.spread, values, strict=True)]
    as_whole = [one * at**2 for one, at in zip(logs, _scales(values, noise), strict=True)]
    if noise.together:
        unsure += sum(as_whole) ** 2 / sum(counts)
    else:
        unsure += sum(one**2 / count for one, count in zip(as_whole, counts, strict=True))
    told = alone + sum(as_whole)
    return _Error(alone, sum(as_whole), logs, told**2 / unsure if unsure else inf)


def _own(values: _Pair, totals: _Pair) -> list[float]:
    """The variance of each side's mean, had all of its captures taken as much in all."""
    return [
        _variance([one * fmean(whole) / total if total else 0.0 for one, total in zip(side, whole, strict=True)])
        / len(side)
        for side, whole in zip(values, totals, strict=True)
    ]


def _free(values: _Pair, totals: _Pair) -> float:
    """What a relative variance of 1 is for this function: of what takes all, no share can vary."""
    return sum(
        (fmean(side) * max(0.0, 1 - fmean(side) / fmean(whole))) ** 2 / len(side)
        for side, whole in zip(values, totals, strict=True)
        if fmean(whole) > 0
    )


def _scales(values: _Pair, noise: Noise) -> list[float]:
    """What a change of the logarithm of each side is in the unit of the values.

    For both it is their logarithmic mean: what a difference has to be divided by to be one of logarithms. What was not
    there did not vary as a whole. The side that hardly did anything adds no more than it took.
    """
    one, other = (fmean(side) + fmean(worth) / len(side) for side, worth in zip(values, noise.quanta, strict=True))
    if min(one, other) <= 0:
        return [0.0, 0.0]
    ratio = log(one / other)
    mean = (one - other) / ratio if abs(ratio) > _ROUNDING else one
    return [mean, mean] if noise.together else [min(one, mean), min(other, mean)]


def _log_variance(values: Sequence[float]) -> float:
    """What saw nothing at all is very far from the others."""
    middle = fmean(values)
    return _variance([log(max(one / middle, _ROUNDING)) for one in values]) if len(values) > 1 and middle > 0 else 0.0


def _variance(values: Sequence[float]) -> float:
    """As the module `statistics` has it, a tenth as slow: it adds fractions, and there are thousands of functions."""
    middle = fmean(values)
    return fsum((one - middle) ** 2 for one in values) / (len(values) - 1)


def _counting(values: _Pair, quanta: _Pair) -> float:
    """The variance of the difference of both means as counts have it, with one sample more than were seen: none at all
    does not mean that there can be none (Agresti and Caffo, 2000)."""
    return sum(
        sum(one * (fmean(side) + one / len(side)) for one in worth) / len(side) ** 2
        for side, worth in zip(values, quanta, strict=True)
    )
