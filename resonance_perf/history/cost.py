"""How badly one level, or one slope, fits a stretch of a series."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from resonance_perf.history.noise import Floats

Places = NDArray[np.int64]
_TINY = 1e-9


class Cost:
    """Sums from which the residual sum of squares of any stretch [start, stop) follows in constant time.

    Noise is AR(1) with `phi`: a value is worth its difference from phi times the one before, the first of a stretch
    is worth sqrt(1 - phi²) of itself (generalized least squares; with phi = 0 ordinary ones).
    """

    def __init__(self, values: Floats, weights: Floats, phi: float = 0.0) -> None:
        n = values.size
        self.n = n
        time: Floats = np.arange(n, dtype=np.float64) - (n - 1) / 2
        one: Floats = np.ones(n)
        first = sqrt(1 - phi * phi)
        columns: list[Floats] = [values, one, time]
        inner = [_carried(column, phi) for column in columns]
        begin = [first * column for column in columns]
        pairs = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2))
        self._sums = [np.concatenate([[0.0], np.cumsum(weights * inner[i] * inner[j])]) for i, j in pairs]
        self._first = [np.append(weights * begin[i] * begin[j], 0.0) for i, j in pairs]
        self.time = time
        self._heavy = np.concatenate([[0.0], np.cumsum(weights)])

    def _sum(self, which: int, start: Places, stop: Places) -> Floats:
        sums = self._sums[which]
        total: Floats = sums[stop] - sums[np.minimum(start + 1, self.n)]
        total += self._first[which][start]
        return total

    def weight(self, start: Places, stop: Places) -> Floats:
        """How many full values a stretch is worth."""
        total: Floats = self._heavy[stop] - self._heavy[start]
        return total

    def level(self, start: Places, stop: Places) -> Floats:
        """The residual sum of squares around one level."""
        yy, yx, xx = (self._sum(which, start, stop) for which in (0, 1, 2))
        yx *= yx
        yx /= np.maximum(xx, _TINY, out=xx)
        yy -= yx
        return np.maximum(yy, 0.0, out=yy)

    def line(self, start: Places, stop: Places) -> Floats:
        """The residual sum of squares around a straight line."""
        yy, yx, xx, yt, xt, tt = (self._sum(which, start, stop) for which in range(6))
        xx = np.maximum(xx, _TINY)
        along, across = tt - xt * xt / xx, yt - yx * xt / xx
        return np.maximum(
            yy - yx * yx / xx - np.where(along > 1e-9 * tt, across * across / np.maximum(along, _TINY), 0.0), 0.0
        )

    def mean(self, start: int, stop: int) -> tuple[float, float]:
        """The level of a stretch and its variance in units of the noise variance."""
        _, yx, xx, *_ = self._parts(start, stop)
        return yx / xx, 1.0 / xx

    def slope_parts(self, start: int, stop: int) -> tuple[float, float]:
        """(sum of time × value, sum of time²) around their means: their ratio is the slope per value."""
        _, yx, xx, yt, xt, tt = self._parts(start, stop)
        return yt - yx * xt / xx, max(tt - xt * xt / xx, 0.0)

    def slope(self, start: int, stop: int) -> tuple[float, float]:
        """The slope of a stretch per value and its variance in units of the noise variance."""
        across, along = self.slope_parts(start, stop)
        return across / max(along, _TINY), 1.0 / max(along, _TINY)

    def line_at(self, start: int, stop: int, place: float) -> tuple[float, float]:
        """What the line through a stretch says at `place`, and its variance in units of the noise variance."""
        _, yx, xx, _, xt, _ = self._parts(start, stop)
        slope, variance = self.slope(start, stop)
        away = place - (self.n - 1) / 2 - xt / xx
        return yx / xx + slope * away, 1.0 / xx + variance * away * away

    def _parts(self, start: int, stop: int) -> tuple[float, ...]:
        second = min(start + 1, self.n)
        yy, yx, xx, yt, xt, tt = (
            float(sums[stop] - sums[second] + first[start]) for sums, first in zip(self._sums, self._first, strict=True)
        )
        return yy, yx, max(xx, _TINY), yt, xt, tt


def _carried(column: Floats, phi: float) -> Floats:
    out = column.copy()
    out[1:] -= phi * column[:-1]
    return out
