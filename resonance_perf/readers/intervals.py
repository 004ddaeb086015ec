"""How far a number of one run can be trusted: from its values, or from the little that a summary tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from statistics import NormalDist

from resonance_perf.model.reading import Reported

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_FEWEST = 5
_FEW = "the file tells too little of the spread around {} to decide by it"


def of_values(metric: str, unit: str, values: Sequence[float], q: float = 0.5) -> Reported:
    """The q-quantile of values by nearest rank, with its interval from order statistics.

    Least and greatest of five values hold the median with 94 %; that has to do where page loads take minutes.

    Source: David & Nagaraja, Order Statistics, section 7.1, in the normal limit of the binomial.
    """
    ordered = sorted(values)
    count = len(ordered)
    value = ordered[max(0, ceil(q * count) - 1)]
    half = _Z * sqrt(count * q * (1 - q))
    first, last = int(q * count - half) - 1, ceil(q * count + half)
    enough = (first >= 0 and last < count) or (q == 0.5 and count >= _FEWEST)
    note = "" if enough else f"{metric} needs more values than {count}"
    low, high = ordered[max(0, first)], ordered[min(count - 1, last)]
    return Reported(
        metric=metric, unit=unit, value=value, low=low, high=high, n=count, samples=tuple(values), note=note
    )


def of_percentiles(metric: str, unit: str, known: Mapping[float, float], q: float, count: int) -> Reported | None:
    """The q-quantile of a summary that tells `known` (quantile -> value; 0 and 1 are the least and the greatest).

    None where it does not tell q. The interval holds the ranks that a sample of `count` values leaves open, out to the
    next quantiles that are told: wider than the values themselves would give, and never narrower.
    """
    if q not in known:
        return None
    value = known[q]
    half = _Z * sqrt(q * (1 - q) / count) if count else 1.0
    below = [one for one in known if one <= q - half]
    above = [one for one in known if one >= q + half]
    note = "" if below and above else _FEW.format(metric)
    low = known[max(below)] if below else min(known.values())
    high = known[min(above)] if above else max(known.values())
    return Reported(
        metric=metric, unit=unit, value=value, low=min(low, value), high=max(high, value), n=count, note=note
    )


def of_mean(metric: str, unit: str, value: float, count: int) -> Reported:
    """A mean of `count` values whose spread is not told."""
    return Reported(metric=metric, unit=unit, value=value, low=value, high=value, n=count, note=_FEW.format(metric))


def of_share(metric: str, bad: int, total: int) -> Reported:
    """A share in percent, with Wilson's score interval (JASA 22, 1927)."""
    share, z2 = bad / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z * sqrt(share * (1 - share) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Reported(
        metric=metric, unit="%", value=100 * share, low=100 * min(low, share), high=100 * max(high, share), n=total
    )


def of_rate(metric: str, count: int, seconds: float) -> Reported:
    """Events per second. Their number is what varies, as a Poisson count does."""
    half = _Z * sqrt(count)
    low, high = max(0.0, count - half) / seconds, (count + half) / seconds
    return Reported(metric=metric, unit="req/s", value=count / seconds, low=low, high=high, n=count)


def once(metric: str, unit: str, value: float) -> Reported:
    """A number that was measured once: nobody knows how far it can be trusted."""
    note = f"{metric} was measured once: import the files of several runs together"
    return Reported(metric=metric, unit=unit, value=value, low=value, high=value, n=1, note=note)


def exactly(metric: str, unit: str, value: float) -> Reported:
    """A number that is no estimate: bytes, counts."""
    return Reported(metric=metric, unit=unit, value=value, low=value, high=value, n=1)
