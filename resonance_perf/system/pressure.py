"""How much others want of this machine: stall information of the kernel (PSI), stolen time, load.

The thresholds are measured, on 2 cores of a virtual machine, with a CPU-bound program of 20 ms run 24 times on each
side while others used between none and all of both cores (docs/machine.md has the table): with less than 5 % of CPU
pressure beforehand the interval of its wall time was ±2 %, from 10 % on ±8 to ±11 %, which takes twenty times as many
runs to make up for. CPU time hardly suffers (±1.8 and ±2.5 %). A program that waits for the disk took 1.3 to 4
times as long beside writers, which were 14 to 23 % of I/O pressure (and CPU pressure, too); without them
there was less than 3 %.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Protocol, Self

HEAVY_CPU = 0.10
HEAVY_IO = 0.10
HEAVY_MEMORY = 0.10
"""Not measured here: a machine that pages so much is out of memory."""
HEAVY_STEAL = 0.10
"""Not measured here: this machine's host took 1 % at most."""
HEAVY_LOAD = 0.75
"""Load per core, where the system tells nothing better; ours of the minute before is part of it."""
WINDOW_S = 0.5
"""How long one look at a busy machine takes."""
_SAID_S = 1.0
"""A shorter wait is not worth a sentence."""
_RESOURCES = ("cpu", "memory", "io")


@dataclass(frozen=True, slots=True)
class Pressure:
    """What a stretch of time was like. Shares are of 1; None where the system does not tell.

    `cpu_some`, `mem_some`, `io_some`: the share of the time in which a task had to wait for a CPU, for memory, for I/O.
    `steal`: of the CPU time that was wanted, the share that the hypervisor gave to others; the kernel counts in steps
    of 10 ms, so it means something from a second on. `load`: tasks that ran or waited, mean over the last minute.
    """

    cpu_some: float | None
    mem_some: float | None
    io_some: float | None
    steal: float | None
    load: float


@dataclass(frozen=True, slots=True)
class Mark:
    """The kernel's counters at one moment: stalls in µs; CPU time wanted and stolen in its ticks."""

    at_s: float
    stalled_us: tuple[int | None, ...]
    wanted: int
    stolen: int | None


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


class PressureMeter:
    """Reads the pressure. It keeps the kernel's files open, so that a mark costs some 15 µs; a context manager.

    `clock` counts seconds. `root` is where /proc is looked for.
    """

    def __init__(self, *, root: str = "/", clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stalls = tuple(_opened(root, f"proc/pressure/{name}") for name in _RESOURCES)
        self._stat = _opened(root, "proc/stat")
        self._load = _opened(root, "proc/loadavg")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def mark(self) -> Mark:
        """Begin a stretch."""
        wanted, stolen = _ticks(_read(self._stat))
        return Mark(self._clock(), tuple(_number(_read(one), b"total=") for one in self._stalls), wanted, stolen)

    def since(self, mark: Mark) -> Pressure:
        """The stretch from `mark` until now."""
        now = self.mark()
        lasted_us = max((now.at_s - mark.at_s) * 1e6, 1.0)
        cpu, memory, io = (
            None if before is None or after is None else min(max(after - before, 0) / lasted_us, 1.0)
            for before, after in zip(mark.stalled_us, now.stalled_us, strict=True)
        )
        steal = None
        if now.stolen is not None and mark.stolen is not None:
            steal = max(now.stolen - mark.stolen, 0) / max(now.wanted - mark.wanted, 1)
        return Pressure(cpu, memory, io, steal, self._tasks())

    def recent(self) -> Pressure:
        """The last ten seconds, by the kernel's own moving average, which has no stolen time."""
        shares = (_number(_read(one), b"avg10=") for one in self._stalls)
        cpu, memory, io = (None if one is None else one / 10_000 for one in shares)
        return Pressure(cpu, memory, io, None, self._tasks())

    def close(self) -> None:
        """Close the files."""
        for descriptor in (*self._stalls, self._stat, self._load):
            if descriptor >= 0:
                os.close(descriptor)
        self._stalls, self._stat, self._load = (-1,) * len(_RESOURCES), -1, -1

    def _tasks(self) -> float:
        told = _read(self._load).split()
        return float(told[0]) if told else os.getloadavg()[0]


def watch_pressure() -> Callable[[], dict[str, float]]:
    """Begin a stretch; what it returns tells, once, the shares that the system knows: `cpu_pressure`, `steal`, …"""
    meter = _shared()
    mark = meter.mark()

    def told() -> dict[str, float]:
        found = meter.since(mark)
        shares = {
            "cpu_pressure": found.cpu_some, "memory_pressure": found.mem_some, "io_pressure": found.io_some,
            "steal": found.steal,
        }  # fmt: skip
        return {name: share for name, share in shares.items() if share is not None}

    return told


@lru_cache(maxsize=1)
def _shared() -> PressureMeter:
    return PressureMeter()


def heavy(pressure: Pressure, cores: int | None = None) -> str:
    """What disturbs a measurement most, such as `cpu pressure 85 %`; nothing when it is quiet enough.

    The load counts only where there is nothing better: it lags by a minute.
    """
    found = [
        (share / limit, f"{name} {share:.0%}".replace("%", " %"))
        for name, share, limit in (
            ("cpu pressure", pressure.cpu_some, HEAVY_CPU), ("memory pressure", pressure.mem_some, HEAVY_MEMORY),
            ("io pressure", pressure.io_some, HEAVY_IO), ("stolen time", pressure.steal, HEAVY_STEAL),
        )
        if share is not None and share >= limit
    ]  # fmt: skip
    if pressure.cpu_some is None:
        usual = max(1.5, HEAVY_LOAD * (cores or os.cpu_count() or 1))
        found += [(pressure.load / usual, f"load {pressure.load:.1f}")] if pressure.load > usual else []
    return max(found)[1] if found else ""


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
    if not heavy(meter.recent()):
        return ""
    began, worst = clock(), ""
    while not should_stop():
        mark = meter.mark()
        sleep(max(min(WINDOW_S, limit_s - (clock() - began)), 0.05))
        now, waited_s = heavy(meter.since(mark)), clock() - began
        if not now:
            return f"waited {waited_s:.0f} s: {worst}" if worst and waited_s >= _SAID_S else ""
        worst = now
        if waited_s >= limit_s:
            return f"{worst} for {waited_s:.0f} s: measured anyway"
    return ""


def _opened(root: str, path: str) -> int:
    """A descriptor, or −1: there is no such file, or the kernel was started without it."""
    try:
        return os.open(os.path.join(root, path), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1


def _read(descriptor: int) -> bytes:
    try:
        return os.pread(descriptor, 256, 0) if descriptor >= 0 else b""
    except OSError:
        return b""


def _number(text: bytes, name: bytes) -> int | None:
    """The first number called `name`; a decimal point is left out (`12.34` is 1234)."""
    digits = text.partition(name)[2].split(None, 1)[:1]
    plain = digits[0].replace(b".", b"") if digits else b""
    return int(plain) if plain.isdigit() else None


def _ticks(text: bytes) -> tuple[int, int | None]:
    """(CPU time wanted, of it stolen) of all cores: the columns of the first line but idle, I/O wait and guests.

    Source: proc_stat(5).
    """
    words = text.partition(b"\n")[0].split()
    if len(words) < 9 or words[0] != b"cpu" or not all(word.isdigit() for word in words[1:9]):
        return 0, None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, words[1:9])
    return user + nice + system + irq + softirq + steal, steal
