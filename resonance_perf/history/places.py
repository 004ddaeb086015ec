"""Where a change may be."""

from __future__ import annotations

from math import log, sqrt

import numpy as np

from resonance_perf.history.cost import Places
from resonance_perf.history.noise import Floats
from resonance_perf.history.search import Marks, Penalty

_EXACT = 240
"""Up to so many values every place is tried; beyond, the places where neighbouring windows differ."""
_MOST = 500
"""At most so many such places: those that differ most."""


def candidates(values: Floats, width: float, penalty: Penalty) -> Places:
    """Where a change may be: everywhere in a short series, else where windows left and right of a place differ.

    The windows are of many lengths, and only the greatest difference within half a window counts: Niu & Zhang, "The
    screening and ranking algorithm", Annals of Applied Statistics 6 (2012). A coarse grid is added for slopes.
    """
    n = values.size
    if n <= _EXACT:
        return np.arange(1, n)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    found: list[Places] = []
    clear: list[Floats] = []
    length = 2
    while length <= n // 2:
        asked = 0.5 * (penalty.change + penalty.scale * log(n / length))
        middle = np.arange(length, n - length + 1)
        gap = np.abs(sums[middle + length] - 2 * sums[middle] + sums[middle - length]) / (width * sqrt(2 * length))
        peaks = _peaks(gap, max(1, length // 2)) & (gap * gap > asked)
        found.append(middle[peaks])
        clear.append(gap[peaks] ** 2 - asked)
        length = max(length + 1, length * 3 // 2)
    clearest = np.concatenate(found)[np.argsort(-np.concatenate(clear), kind="stable")[:_MOST]]
    grid = np.linspace(0, n, 65).astype(np.int64)[1:-1]
    places = np.concatenate([np.arange(1, 4), np.arange(n - 3, n), grid, clearest])
    return np.array(sorted({*places.tolist()}), dtype=np.int64)  # np.unique loads the masked arrays


def _peaks(gap: Floats, reach: int) -> Marks:
    """True where nothing within `reach` is greater. The maximum of a window is that of two halves, which overlap."""
    width, span = 2 * reach + 1, 1
    ends = np.full(reach, -1.0)
    highest = np.concatenate([ends, gap, ends])
    while 2 * span <= width:
        highest = np.maximum(highest[:-span], highest[span:])
        span *= 2
    found: Marks = gap >= np.maximum(highest[: gap.size], highest[width - span :])
    return found
