"""Wilcoxon's signed-rank statistic turned around: an estimate and an exact interval for the centre of differences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, inf, sqrt
from statistics import NormalDist

EXACT_UP_TO = 60
"""Above this many differences the normal approximation is used (its error is then below 0.1 % of the level)."""
_SORTED_UP_TO = 40
"""Up to this many differences all Walsh averages are made and sorted; above, their quantiles are searched."""
_HALVINGS = 60


def centre(differences: Sequence[float], level: float) -> tuple[float, float, float]:
    """Return (estimate, low, high) for the centre of symmetric `differences`.

    The estimate is the Hodges-Lehmann median of all Walsh averages (d_i + d_j)/2; the interval is Tukey's, taken from
    the same averages at the ranks that Wilcoxon's exact null distribution gives. It misses the centre with a
    probability of at most `level` (two-sided); when so few differences cannot reach that, it is (−inf, inf).

    Where the two sides of each pair ran in random order, a difference between equal sides is as likely to be positive
    as negative whatever the machine did meanwhile; so the level needs no assumption on the noise.

    Source: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed., sections 3.2 and 3.3.

    Raises:
        ValueError: when `differences` is empty.
    """
    if not differences:
        raise ValueError("no differences")
    ordered = sorted(differences)
    count = len(ordered) * (len(ordered) + 1) // 2
    average = _Averages(ordered)
    middle = (average((count - 1) // 2) + average(count // 2)) / 2
    rank = cut(len(ordered), level)
    if rank < 1:
        return middle, -inf, inf
    return middle, average(rank - 1), average(count - rank)


class _Averages:
    """The Walsh averages of sorted values, by rank from 0."""

    def __init__(self, ordered: list[float]) -> None:
        self._ordered = ordered
        self._all: list[float] | None = None
        if len(ordered) <= _SORTED_UP_TO:
            self._all = sorted((one + other) / 2 for index, one in enumerate(ordered) for other in ordered[index:])

    def __call__(self, rank: int) -> float:
        return self._all[rank] if self._all is not None else self._search(rank)

    def _search(self, rank: int) -> float:
        low, high = self._ordered[0], self._ordered[-1]
        for _ in range(_HALVINGS):
            value = (low + high) / 2
            if not low < value < high:
                break
            if self._not_above(value) > rank:
                high = value
            else:
                low = value
        return high

    def _not_above(self, value: float) -> int:
        """How many averages are at most `value`, in one walk over both ends."""
        ordered, twice = self._ordered, 2 * value
        count, last = 0, len(ordered) - 1
        for first, one in enumerate(ordered):
            while last >= first and one + ordered[last] > twice:
                last -= 1
            if last < first:
                break
            count += last - first + 1
        return count


@lru_cache(maxsize=512)
def cut(n: int, level: float) -> int:
    """How many Walsh averages are cut off at each end for a two-sided `level`: so many that the ranks 1 … `n`, each
    taken or not as a coin falls, add up to less with a probability of at most half of it."""
    total = n * (n + 1) // 2
    if n > EXACT_UP_TO:
        z = NormalDist().inv_cdf(1 - level / 2)
        return max(0, ceil(total / 2 - z * sqrt(n * (n + 1) * (2 * n + 1) / 24)) - 1)
    counts = [1] + [0] * total
    for weight in range(1, n + 1):  # counts[t]: subsets of the ranks 1..weight that add up to t
        for value in range(total, weight - 1, -1):
            counts[value] += counts[value - weight]
    allowed, below, rank = level / 2 * 2**n, 0, 0
    while rank <= total and below + counts[rank] <= allowed:
        below += counts[rank]
        rank += 1
    return rank
