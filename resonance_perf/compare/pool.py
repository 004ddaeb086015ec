"""Quantiles of all values of several groups taken together, where a group (a process) is drawn as a whole."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import ceil
from operator import itemgetter, mul

from resonance_perf.model.counted import Counted, Ordered, Values

CONFIDENCE = 0.95
RESAMPLES = 400
_STEPS = 4
"""So many steps down a sorted list take as long as one search in a group."""


class Pool:
    """The values of groups, ready to be asked again and again with each group counted several times."""

    def __init__(self, groups: Sequence[Values]) -> None:
        counted = [group for group in groups if isinstance(group, Counted)]
        self.error = max((group.error for group in counted), default=0.0)
        """What a value of the pool and the true one differ by at most, as a fraction."""
        self._ranks = [_ranks(group) for group in groups]
        self._sizes = [len(group) for group in groups]
        if counted:  # how often each value is there, the groups tell
            self._all = sorted({value for group in groups for value in _sizes(group)})
            self._quick, self._from_top = 0, []
            return
        self._all = sorted(value for group in groups for value in _sizes(group))
        self._quick = _STEPS * len(groups) * len(self._all).bit_length()
        self._from_top = sorted(
            ((value, index) for index, group in enumerate(groups) for value in _sizes(group)), key=itemgetter(0),
            reverse=True,
        )  # fmt: skip

    def quantile(self, q: float, times: Sequence[int] | None = None) -> float:
        """The q-quantile by the nearest-rank method: the least value that q of them do not exceed; group i counts
        `times[i]` times."""
        if times is None:
            if self._from_top:
                return nearest_rank(self._all, q)
            times = [1] * len(self._sizes)
        total = sum(map(mul, self._sizes, times))
        wanted = max(1, ceil(q * total))
        if total - wanted < self._quick:
            return self._counted_down(total - wanted, times)
        counted = [(rank, count) for rank, count in zip(self._ranks, times, strict=True) if count]
        low, high = 0, len(self._all) - 1
        while low < high:
            middle = (low + high) // 2
            value = self._all[middle]
            if sum(rank(value) * count for rank, count in counted) >= wanted:
                high = middle
            else:
                low = middle + 1
        return self._all[low]

    def _counted_down(self, above: int, times: Sequence[int]) -> float:
        """The value that `above` values stand above of: for a high percentile sooner found than by halving."""
        for value, index in self._from_top:
            above -= times[index]
            if above < 0:
                return value
        return self._all[0]


def _sizes(group: Values) -> Sequence[float]:
    return group.sizes if isinstance(group, Counted) else group


def _ranks(group: Values) -> Callable[[float], int]:
    return group.rank if isinstance(group, Counted) else partial(bisect_right, sorted(group))


def nearest_rank(ordered: Ordered, q: float) -> float:
    """The q-quantile of sorted values by the nearest-rank method."""
    return ordered[max(0, ceil(q * len(ordered)) - 1)]


@lru_cache(maxsize=2)
def draws(count: int) -> tuple[tuple[int, ...], ...]:
    """How often each of `count` groups is drawn, in each of the resamples of a bootstrap.

    Kept for the next one: every percentile of a benchmark asks for the same.
    Source: Davison & Hinkley, Bootstrap Methods and their Application, section 3.8 (cluster resampling).
    """
    draw = random.Random(0)
    found = []
    for _ in range(RESAMPLES):
        times = [0] * count
        for index in draw.choices(range(count), k=count):
            times[index] += 1
        found.append(tuple(times))
    return tuple(found)


def middle_of(found: Sequence[float]) -> tuple[float, float]:
    """The percentile interval of bootstrap replicates, 95 %; as much is cut off at either end."""
    ordered = sorted(found)
    cut = ceil(len(ordered) * (1 - CONFIDENCE) / 2)
    return ordered[cut - 1], ordered[-cut]


def pooled_ratio(base: Sequence[Values], head: Sequence[Values], q: float) -> tuple[float, float, float]:
    """(head ÷ base, low, high) of the q-quantiles of two sides whose groups are pairs, with a bootstrap over pairs.

    The interval always holds the ratio. Where a quantile is not positive there is no ratio: (1, 0, inf).
    """
    one, other = Pool(base), Pool(head)
    before, after = one.quantile(q), other.quantile(q)
    if before <= 0 or after <= 0:
        return 1.0, 0.0, float("inf")
    ratios = []
    for times in draws(len(base)):
        below = one.quantile(q, times)
        ratios.append(other.quantile(q, times) / below if below > 0 else float("inf"))
    low, high = middle_of(ratios)
    room = (1 + one.error) * (1 + other.error)
    return after / before, min(low, after / before) / room, max(high, after / before) * room
