"""Quantiles of any number of values in constant memory, to half a thousandth of the value.

Source: Masson, Rim & Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB
2019: buckets that are equally wide on the logarithmic scale.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from math import ceil, exp, log, sqrt
from statistics import NormalDist

from resonance_perf.model.counted import Counted
from resonance_perf.model.reading import Reported

_STEPS = 1000.0
"""Buckets per factor of e: neighbours differ by 0.1 %, as HdrHistogram's do with three digits."""
ERROR = exp(0.5 / _STEPS) - 1
"""What a value and the middle of its bucket differ by at most, as a fraction."""
_Z = NormalDist().inv_cdf(0.975)


class Tally:
    """Counts values by the logarithm of their size."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._zeros = 0
        self.count = 0

    def add(self, value: float, times: int = 1) -> None:
        """Count a value so many times; negative ones count as 0."""
        self.count += times
        if value > 0:
            self._buckets[round(log(value) * _STEPS)] += times
        else:
            self._zeros += times

    def counted(self) -> Counted:
        """All values, each as the middle of its bucket."""
        found = [(0.0, self._zeros)] if self._zeros else []
        found += [(exp(bucket / _STEPS), self._buckets[bucket]) for bucket in sorted(self._buckets)]
        sizes, times = zip(*found, strict=True) if found else ((), ())
        return Counted(tuple(sizes), tuple(accumulate(times)), ERROR)

    def quantile(self, metric: str, unit: str, q: float) -> Reported:
        """The q-quantile of all values by nearest rank, with its interval from order statistics, which holds what the
        buckets leave open, too."""
        half = _Z * sqrt(self.count * q * (1 - q))
        middle = q * self.count
        ranks = (middle, middle - half, middle + half + 1)
        note = "" if ranks[1] >= 1 and ranks[2] <= self.count else f"{metric} needs more values than {self.count}"
        values = self.counted()
        value, low, high = (values[min(self.count, max(1, ceil(rank))) - 1] for rank in ranks)
        low, high = low / (1 + ERROR), high * (1 + ERROR)
        return Reported(metric=metric, unit=unit, value=value, low=low, high=high, n=self.count, note=note)
