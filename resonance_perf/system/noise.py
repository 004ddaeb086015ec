"""How much the clock of this machine differs from run to run, in a third of a second."""

from __future__ import annotations

import time
from statistics import median

_TURNS = 100_000
_TIMES = 40


def spread() -> float:
    """The middle half of the times of one fixed loop, as a fraction of their median: 0.02 is quiet, 0.1 is not."""
    times = sorted(_timed() for _ in range(_TIMES))
    return (times[3 * _TIMES // 4] - times[_TIMES // 4]) / median(times)


def _timed() -> float:
    start, total = time.perf_counter(), 0
    for one in range(_TURNS):
        total += one
    return time.perf_counter() - start
