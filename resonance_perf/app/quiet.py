"""Leave the machine to others for a while before it measures, and tell what it was like meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from resonance_perf.compare.questions import wanted
from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.run import Run
from resonance_perf.plan.pressure import Pressure, heavy
from resonance_perf.system.host import LocalHost
from resonance_perf.system.quiet import wait_for_quiet

QUIET_S = 5.0
"""How long a measurement waits for others to leave the machine alone; it says so, also when they did not."""


def wait(benchmark: Benchmark, host: LocalHost, say: Callable[[str], None]) -> None:
    """Wait for a quiet machine, within a limit, and say so; what is counted needs none."""
    if DRIVERS[benchmark.driver].repeats(benchmark):
        return
    if waited := wait_for_quiet(QUIET_S, lambda: host.stopped):
        say(f"⚪ {benchmark.name}: {waited}")


def disturbance(benchmark: Benchmark, found: Measurement) -> str:
    """What others did while the head was sampled, where the leading metric is unsure; else nothing.

    It is no news otherwise: a server under load makes some pressure itself.
    """
    leading = wanted(benchmark, DRIVERS[benchmark.driver].measures(benchmark))[0]
    if not any(one.verdict == "unsure" and one.metric == leading for one in found.comparisons):
        return ""
    head = found.head
    busy = heavy(
        Pressure(
            cpu_some=_mean(head, "cpu_pressure"), mem_some=_mean(head, "memory_pressure"),
            io_some=_mean(head, "io_pressure"), steal=_mean(head, "steal"), load=0.0,
        ),
        cores=1,
    )  # fmt: skip
    return f"unsure on a busy machine: {busy} while it was measured" if busy else ""


def _mean(run: Run, name: str) -> float | None:
    shares = [sample.values[name] for sample in run.samples if name in sample.values]
    return fmean(shares) if shares else None
