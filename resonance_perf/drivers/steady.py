"""Where a series stops being slow from the start."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

BATCH = 5
CLEARLY = 1.1
"""The start is warm-up only when it is slower than the rest by this factor: every series has a least point."""


def steady_from(values: Sequence[float]) -> int:
    """The number of values at the start that are warm-up; at most half of them.

    The cut is where the standard error of the mean of what follows is least, over means of five values each.

    Source: White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997),
    as MSER-5.
    """
    means = [fmean(values[at : at + BATCH]) for at in range(0, len(values) - BATCH + 1, BATCH)]
    if len(means) < 4:
        return 0
    cut = min(range(len(means) // 2 + 1), key=lambda at: _squared_error(means[at:]))
    return cut * BATCH if cut and fmean(means[:cut]) > CLEARLY * fmean(means[cut:]) else 0


def _squared_error(means: Sequence[float]) -> float:
    middle = fmean(means)
    return sum((one - middle) ** 2 for one in means) / len(means) ** 2
