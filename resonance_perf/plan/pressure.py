"""How much others want of a machine, and from where on that disturbs a measurement.

The thresholds are measured, on 2 cores of a virtual machine, with a CPU-bound program of 20 ms run 24 times on each
side while others used between none and all of both cores (docs/machine.md has the table): with less than 5 % of CPU
pressure beforehand the interval of its wall time was ±2 %, from 10 % on ±8 to ±11 %, which takes twenty times as many
runs to make up for. CPU time hardly suffers (±1.8 and ±2.5 %). A program that waits for the disk took 1.3 to 4
times as long beside writers, which were 14 to 23 % of I/O pressure (and CPU pressure, too); without them
there was less than 3 %.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAVY_CPU = 0.10
HEAVY_IO = 0.10
HEAVY_MEMORY = 0.10
"""Not measured here: a machine that pages so much is out of memory."""
HEAVY_STEAL = 0.10
"""Not measured here: this machine's host took 1 % at most."""
HEAVY_LOAD = 0.75
"""Load per core, where the system tells nothing better; ours of the minute before is part of it."""


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


def heavy(pressure: Pressure, cores: int) -> str:
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
        usual = max(1.5, HEAVY_LOAD * cores)
        found += [(pressure.load / usual, f"load {pressure.load:.1f}")] if pressure.load > usual else []
    return max(found)[1] if found else ""
