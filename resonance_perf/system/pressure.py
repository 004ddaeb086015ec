"""How much others want of this machine, as the kernel counts it: stall information (PSI), stolen time, load."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from resonance_perf.plan.pressure import Pressure

_RESOURCES = ("cpu", "memory", "io")


@dataclass(frozen=True, slots=True)
class Mark:
    """The kernel's counters at one moment: stalls in µs; CPU time wanted and stolen in its ticks."""

    at_s: float
    stalled_us: tuple[int | None, ...]
    wanted: int
    stolen: int | None


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

    def __exit__(self, *_: object) -> None:
        self.close()

    def mark(self) -> Mark:
        """Begin a stretch."""
        wanted, stolen = ticks(_read(self._stat))
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


def ticks(text: bytes) -> tuple[int, int | None]:
    """(CPU time wanted, of it stolen) of all cores: the columns of the first line but idle, I/O wait and guests.

    Source: proc_stat(5).
    """
    words = text.partition(b"\n")[0].split()
    if len(words) < 9 or words[0] != b"cpu" or not all(word.isdigit() for word in words[1:9]):
        return 0, None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, words[1:9])
    return user + nice + system + irq + softirq + steal, steal
