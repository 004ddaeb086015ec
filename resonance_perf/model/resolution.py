"""How small a change a machine can see, found by comparing a commit with itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt

from resonance_perf.model.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One metric of a benchmark, compared with itself.

    `smallest` is half the width of the interval of head ÷ base: the smallest change that is seen every other time, as
    a fraction (0.02 is 2 %); one of twice the size is seen nearly always. It is infinite when there were too few pairs
    for an interval. `seconds`: how long the samples of the `pairs` took. `margin`: the change that matters (δ).
    """

    benchmark: str
    metric: str
    pairs: int
    seconds: float
    smallest: float
    margin: float

    @property
    def fine_enough(self) -> bool:
        """True when every change that matters is one that can be seen."""
        return self.smallest <= self.margin

    def needed(self) -> tuple[int, float] | None:
        """(pairs, seconds) after which the margin would be seen; None when no time would do.

        The interval narrows with the root of the number of pairs.
        """
        if self.smallest == inf or self.margin <= 0:
            return None
        more = max((self.smallest / self.margin) ** 2, 1.0)
        return ceil(self.pairs * more - 1e-9), self.seconds * more


def resolution(comparison: Comparison, seconds: float, margin: float) -> Resolution:
    """What a comparison of a commit with itself tells."""
    possible = comparison.low > 0 and comparison.high < inf
    return Resolution(
        benchmark=comparison.benchmark, metric=comparison.metric, pairs=comparison.pairs, seconds=seconds,
        smallest=sqrt(comparison.high / comparison.low) - 1 if possible else inf, margin=margin,
    )  # fmt: skip
