"""What the noise of a series is like: how wide, which points lie far out, how much each value depends on the last."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HALF = 6
"""The running median looks at so many neighbours on each side."""
_FAR = 4.0
"""Points further than so many standard deviations from the running median are far out."""
_CLIP = 3.0
_UNCUT = 1.0137
"""What a normal distribution cut at three standard deviations lacks of its own."""
_TO_SD = 1.4826
"""Median absolute deviation -> standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A series whose far-out points lie on the running median and weigh nothing.

    `shortest` is the least number of neighbouring far-out values that is a level of its own and no chance; `fresh`
    the same at either end of the series, where one place is asked and not n.
    """

    values: Floats
    weights: Floats
    shortest: int
    fresh: int


def middle(values: Floats) -> float:
    """The median. numpy's own loads its masked arrays at the first call, which takes a tenth of `history`."""
    half = values.size // 2
    ordered = np.partition(values, (half - 1, half) if values.size % 2 == 0 else half)
    return float(ordered[half] if values.size % 2 else (ordered[half - 1] + ordered[half]) / 2)


def spread(differences: Floats) -> float:
    """The standard deviation of one value, from differences of two; in the unit of the values, 0 for a constant.

    Starts at the median absolute difference and then takes in all differences within three standard deviations, so
    that steps and far-out points do not count. Source: Rousseeuw & Leroy, Robust Regression and Outlier Detection
    (1987), chapter 5 (reweighting).
    """
    sizes = np.abs(differences) / sqrt(2)
    if not sizes.size:
        return 0.0
    width = _TO_SD * middle(sizes)
    if width == 0.0:  # more than half of the neighbours are equal: rounded values, or exact ones with a few changes
        ordered = np.sort(sizes)
        return float(np.sqrt(np.mean(ordered[: int(0.95 * ordered.size)] ** 2))) if ordered.size > 1 else 0.0
    for _ in range(4):
        width = _UNCUT * float(np.sqrt(np.mean(sizes[sizes <= _CLIP * width] ** 2)))
    return width


def clean(values: Floats, weights: Floats) -> Cleaned:
    """Take out what lies far from its neighbours, unless it stays there.

    How long it has to stay follows from how many far-out points the series has: with a share e of them, a run of L
    neighbours on the same side is expected n·e^L times by chance. Source of the first part: Davies & Gather, "The
    identification of multiple outliers", JASA 88 (1993), Hampel's identifier.
    """
    n = values.size
    usual = running_median(values)
    off = values - usual
    width = spread(np.diff(values))
    for _ in range(2):
        width = spread(np.diff(usual + np.clip(off, -_CLIP * width, _CLIP * width)))
    far = np.where(np.abs(off) > _FAR * width, np.sign(off), 0.0)
    runs = _runs(far)
    alone = sum(stop - start for start, stop in runs if stop - start <= 3 and start > 1 and stop < n - 1)
    share = min(0.3, (alone + 0.5) / n)
    shortest, fresh = max(2, _length(share, 0.005 / n)), _length(share, 0.005)
    weights = weights.copy()
    kept = np.zeros(n, dtype=bool)
    for start, stop in runs:
        if stop - start >= (fresh if start == 0 or stop == n else shortest):
            kept[start:stop] = True
    out = (far != 0.0) & ~kept
    weights[out] = 0.0
    clipped = np.where(kept, values, usual + np.clip(off, -_CLIP * width, _CLIP * width))
    return Cleaned(np.where(out, usual, clipped), weights, shortest, fresh)


def running_median(values: Floats) -> Floats:
    """The median of thirteen neighbours, of fewer in a short series; at the ends, of the window that lies there."""
    half = max(1, min(_HALF, (values.size - 1) // 4))
    windows = np.lib.stride_tricks.sliding_window_view(values, 2 * half + 1)
    inner = np.partition(windows, half, axis=1)[:, half]
    return np.concatenate([np.full(half, inner[0]), inner, np.full(half, inner[-1])])


def dependence(values: Floats) -> float:
    """Roughly how much of a deviation carries over to the next value: φ of an AR(1) process, 0 where it does not.

    It only says where to begin: not below 0.3, for a model with too little dependence finds steps that explain it.
    From the spread of differences at lags one and two, which steps hardly touch: Chakar, Lebarbier, Lévy-Leduc &
    Robin, "A robust approach for estimating change-points in the mean of an AR(1) process", Bernoulli 23 (2017).
    """
    n = values.size
    one, two = spread(np.diff(values)), spread(values[2:] - values[:-2])
    if n < 16 or one == 0.0:
        return 0.0
    found = (two / one) ** 2 - 1.0
    return min(0.9, max(found, 0.3)) if found > -1.0 / sqrt(n) else 0.0


def _runs(far: Floats) -> list[tuple[int, int]]:
    """The stretches of far-out neighbours on the same side."""
    edges = np.flatnonzero(np.diff(far)) + 1
    bounds = [0, *edges.tolist(), far.size]
    return [(a, b) for a, b in pairwise(bounds) if far[a] != 0.0]


def _length(share: float, chance: float) -> int:
    """The least L with share^L <= chance."""
    return max(1, int(np.ceil(log(chance) / log(share))))
