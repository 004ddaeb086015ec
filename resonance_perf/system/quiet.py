"""Wait until others leave the machine alone, within a limit."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

from resonance_perf.plan.pressure import Pressure, heavy
from resonance_perf.system.pressure import Mark, PressureMeter

WINDOW_S = 0.5
"""How long one look at a busy machine takes."""
_SAID_S = 1.0
"""A shorter wait is not worth a sentence."""


class Meter(Protocol):
    """What waiting needs of `PressureMeter`."""

    def mark(self) -> Mark:
        """Begin a stretch."""
        ...

    def since(self, mark: Mark) -> Pressure:
        """The stretch from a mark until now."""
        ...

    def recent(self) -> Pressure:
        """The last ten seconds."""
        ...


def wait_for_quiet(
    limit_s: float, should_stop: Callable[[], bool] = lambda: False, sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic, meter: Meter | None = None,
) -> str:  # fmt: skip
    """Wait while the pressure of others is heavy, at most `limit_s`. To be called when nothing of ours runs.

    Return nothing when there was no need to wait, else what was waited for (`waited 12 s: cpu pressure 85 %`), or that
    it stayed (`cpu pressure 85 % for 30 s: measured anyway`). A quiet machine costs some 20 µs: the last ten seconds
    are asked first, and only when those were busy a window of `WINDOW_S` is watched, for our own work may have been it.
    """
    if meter is None:
        with PressureMeter(clock=clock) as own:
            return wait_for_quiet(limit_s, should_stop, sleep, clock, own)
    cores = os.cpu_count() or 1
    if not heavy(meter.recent(), cores):
        return ""
    began, worst = clock(), ""
    while not should_stop():
        mark = meter.mark()
        sleep(max(min(WINDOW_S, limit_s - (clock() - began)), 0.05))
        now, waited_s = heavy(meter.since(mark), cores), clock() - began
        if not now:
            return f"waited {waited_s:.0f} s: {worst}" if worst and waited_s >= _SAID_S else ""
        worst = now
        if waited_s >= limit_s:
            return f"{worst} for {waited_s:.0f} s: measured anyway"
    return ""
