"""The median of values with its exact interval: the sign test turned around."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb, inf
from statistics import median


def middle(values: Sequence[float], level: float) -> tuple[float, float, float]:
    """Return (median, low, high); the interval misses the median with a probability of at most `level` (two-sided).

    It needs nothing of the distribution. When so few values cannot reach the level, it is (−inf, inf).

    Source: David & Nagaraja, Order Statistics, 3rd ed., section 7.1 (binomial coverage).

    Raises:
        statistics.StatisticsError: when there are no values.
    """
    ordered = sorted(values)
    cut = _cut(len(ordered), level)
    if cut < 1:
        return median(ordered), -inf, inf
    return median(ordered), ordered[cut - 1], ordered[-cut]


@lru_cache(maxsize=4096)
def _cut(n: int, level: float) -> int:
    """How many values are cut off at each end."""
    allowed, below, cut = int(Fraction(level) / 2 * 2**n), 0, 0  # a float ends at 2**1024
    while cut < n and below + comb(n, cut) <= allowed:
        below += comb(n, cut)
        cut += 1
    return cut
