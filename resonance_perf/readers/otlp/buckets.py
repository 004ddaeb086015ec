"""Histograms as what they tell: so many values, each between two edges. Nothing is interpolated.

The r-th smallest value is at least the r-th smallest lower edge, and at most the r-th smallest upper edge: that holds
for any buckets, so histograms with other bounds, or of another kind, add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from math import ceil, inf, isfinite, sqrt
from statistics import NormalDist
from typing import Any

from resonance_perf.model.counted import Counted
from resonance_perf.model.reading import Reported

_Z = NormalDist().inv_cdf(0.975)
_MOST_BUCKETS = 100_000
Bucket = tuple[float, float, int]
"""(above this, up to this, how many values)."""


class Buckets:
    """Counts values by the edges between which they lie."""

    def __init__(self) -> None:
        self._times: Counter[tuple[float, float]] = Counter()

    def __bool__(self) -> bool:
        return any(self._times.values())

    def add(self, buckets: Iterator[Bucket]) -> None:
        """Count a histogram."""
        for low, high, times in buckets:
            self._times[low, high] += times

    def join(self, other: Buckets) -> None:
        """Count another's values, too."""
        self._times.update(other._times)

    def quantile(self, metric: str, unit: str, q: float, factor: float = 1.0) -> Reported:
        """The upper edge of the bucket that holds the q-quantile, in an interval that holds the whole bucket and what
        the ranks of a sample leave open."""
        lows, highs = (self._edges(side) for side in (0, 1))
        count = len(highs)
        half = _Z * sqrt(count * q * (1 - q))
        first, last = q * count - half, q * count + half + 1
        note = "" if first >= 1 and last <= count else f"{metric} needs more values than {count}"
        rank, below, above = (min(count, max(1, ceil(one))) - 1 for one in (q * count, first, last))
        value, low, high = highs[rank], lows[below], highs[above]
        if not isfinite(high):
            bound = max(edge for edge in lows.sizes if isfinite(edge))
            note = f"{metric} may lie above {factor * bound:g} {unit}, the last bound of the histogram"
            value, low, high = min(value, bound), min(low, bound), bound
        low = low if isfinite(low) else min(0.0, value)
        return Reported(
            metric=metric, unit=unit, value=factor * value, low=factor * low, high=factor * max(high, value), n=count,
            note=note,
        )  # fmt: skip

    def _edges(self, side: int) -> Counted:
        times: Counter[float] = Counter()
        for edges, count in self._times.items():
            times[edges[side]] += count
        sizes = sorted(edge for edge, count in times.items() if count)
        return Counted(tuple(sizes), tuple(accumulate(times[edge] for edge in sizes)), 0.0)


def of_explicit(point: Mapping[str, Any]) -> Iterator[Bucket]:
    """The buckets between given bounds. The first begins at the least value, where that is told, the last ends at the
    greatest."""
    bounds, counts = [float(one) for one in point.get("explicitBounds", ())], point.get("bucketCounts", ())
    least, greatest = float(point.get("min", -inf)), float(point.get("max", inf))
    if len(counts) not in (0, len(bounds) + 1) or bounds != sorted(bounds):
        raise ValueError("bounds and buckets do not fit")
    if not bounds and least == -inf and greatest == inf:
        return  # a histogram without buckets tells no percentile
    for low, high, times in zip([-inf, *bounds], [*bounds, inf], map(int, counts), strict=False):
        if times:
            yield max(low, least), min(high, greatest), times


def of_exponential(point: Mapping[str, Any]) -> Iterator[Bucket]:
    """The buckets between powers of 2 ** (2 ** -scale), on both sides of those that count as zero."""
    scale, zero = int(point.get("scale", 0)), float(point.get("zeroThreshold", 0))
    least, greatest = float(point.get("min", -inf)), float(point.get("max", inf))
    if not -11 <= scale <= 38:
        raise ValueError("no such scale")
    step = 2.0**-scale
    if times := int(point.get("zeroCount", 0)):
        yield max(-zero, least), min(zero, greatest), times
    for side, sign in (("positive", 1), ("negative", -1)):
        given = point.get(side, {})
        offset, counts = int(given.get("offset", 0)), given.get("bucketCounts", ())
        if len(counts) > _MOST_BUCKETS:
            raise ValueError("too many buckets")
        for index, times in enumerate(map(int, counts), offset):
            if times:
                low, high = sorted((sign * 2.0 ** (index * step), sign * 2.0 ** ((index + 1) * step)))
                yield max(low, least), min(high, greatest), times
