"""Wilcoxon's signed-rank statistic turned around: an estimate and an exact interval for the centre of differences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, inf, sqrt
from statistics import NormalDist, median

EXACT_UP_TO = 60
"""Above this many differences the normal approximation is used (its error is then below 0.1 % of the level)."""


def centre(differences: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """Return (estimate, low, high) for the centre of symmetric `differences`.

    The estimate is the Hodges-Lehmann median of all Walsh averages (d_i + d_j)/2; the interval is Tukey's, taken from
    the same averages at the ranks that Wilcoxon's exact null distribution gives. Its coverage is at least
    `confidence`; when so few differences cannot reach it, the interval is (−inf, inf).

    Source: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed., sections 3.2 and 3.3.

    Raises:
        ValueError: when `differences` is empty.
    """
    if not differences:
        raise ValueError("no differences")
    averages = sorted((one + other) / 2 for index, one in enumerate(differences) for other in differences[index:])
    rank = _rank(len(differences), 1.0 - confidence)
    if rank < 1:
        return median(averages), -inf, inf
    return median(averages), averages[rank - 1], averages[-rank]


@lru_cache(maxsize=512)
def _rank(n: int, alpha: float) -> int:
    """How many Walsh averages are cut off at each end for a two-sided level `alpha`."""
    total = n * (n + 1) // 2
    if n > EXACT_UP_TO:
        z = NormalDist().inv_cdf(1 - alpha / 2)
        return max(0, ceil(total / 2 - z * sqrt(n * (n + 1) * (2 * n + 1) / 24)) - 1)
    counts = [1] + [0] * total
    for weight in range(1, n + 1):  # counts[t]: subsets of the ranks 1..weight that add up to t
        for value in range(total, weight - 1, -1):
            counts[value] += counts[value - weight]
    allowed, below, rank = alpha / 2 * 2**n, 0, 0
    while rank <= total and below + counts[rank] <= allowed:
        below += counts[rank]
        rank += 1
    return rank
