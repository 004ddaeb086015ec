"""Quantiles of any number of values in constant memory, to a thousandth of the value."""

from __future__ import annotations

from collections import Counter
from math import ceil, exp, log, sqrt
from statistics import NormalDist

from resonance_perf.model.reading import Reported

_STEPS = 1000.0
"""Buckets per factor of e: neighbours differ by 0.1 %, as HdrHistogram's do with three digits."""
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

    def quantile(self, metric: str, unit: str, q: float) -> Reported:
        """The q-quantile of all values by nearest rank, with its interval from order statistics."""
        half = _Z * sqrt(self.count * q * (1 - q))
        middle = q * self.count
        ranks = (middle, middle - half, middle + half + 1)
        note = "" if ranks[1] >= 1 and ranks[2] <= self.count else f"{metric} needs more values than {self.count}"
        value, low, high = (self._at(min(self.count, max(1, ceil(rank)))) for rank in ranks)
        return Reported(metric=metric, unit=unit, value=value, low=low, high=high, n=self.count, note=note)

    def _at(self, rank: int) -> float:
        seen = self._zeros
        if rank <= seen:
            return 0.0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if rank <= seen:
                return exp(bucket / _STEPS)
        raise AssertionError("a rank beyond the values")
