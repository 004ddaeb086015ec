"""`driver: command`: a program that runs to its end; wall and CPU time, peak memory."""

from __future__ import annotations

import signal
from collections.abc import Mapping

from resonance_perf.drivers.ending import describe_end
from resonance_perf.drivers.unwarmed import Unwarmed
from resonance_perf.model.benchmark import Benchmark, CommandSettings, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome, ProcessOutcome
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Command, RunProcess, Work

MEASURES = {
    "wall": Measure("ms", margin=0.02),
    "cpu": Measure("ms", margin=0.01),
    "user": Measure("ms", margin=0.05),
    "sys": Measure("ms", margin=0.05),
    "peak_rss": Measure(
        "B", margin=0.02, absent="a peak below that of the launcher, which starts the program, cannot be told from it"
    ),
}
COUNTS = ("page_faults", "disk_faults", "switches", "forced_switches")
"""Kept with every sample to explain it; nothing is judged by them."""
FLOOR_MARGIN = 1.02
"""A peak this close to the launcher's own footprint may be the launcher's."""


class CommandDriver(Unwarmed):
    """Runs a program to its end."""

    load_model: LoadModel | None = None
    pins = True

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:  # noqa: ARG002  # the same for every benchmark
        """See `Driver`."""
        return MEASURES

    def repeats(self, benchmark: Benchmark) -> int:  # noqa: ARG002  # a clock never repeats
        """See `Driver`."""
        return 0

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """See `Driver`."""
        assert isinstance(benchmark.settings, CommandSettings)
        return RunProcess(
            command=Command(
                argv=benchmark.settings.command, env=env, timeout_s=benchmark.timeout_s,
                memory_bytes=benchmark.memory_bytes,
            )
        )  # fmt: skip

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`. A peak that may be the launcher's own is left out: missing, not wrong."""
        assert isinstance(outcome, ProcessOutcome)
        if not outcome.ok:
            raise BenchmarkError(f"{benchmark.name} {describe_end(outcome)}", hint=_hint(outcome))
        if outcome.left_behind:
            raise BenchmarkError(
                f"{benchmark.name} ended but left processes running, which were killed; their work is in no number",
                hint="Let the command wait for its children.",
            )
        values = {
            "wall": outcome.wall_s * 1000,
            "cpu": (outcome.user_s + outcome.system_s) * 1000,
            "user": outcome.user_s * 1000,
            "sys": outcome.system_s * 1000,
        }
        values |= zip(COUNTS, map(float, outcome.counts), strict=True)
        if outcome.peak_rss_bytes > outcome.rss_floor_bytes * FLOOR_MARGIN:
            values["peak_rss"] = float(outcome.peak_rss_bytes)
        return Sample(values=values)


def _hint(outcome: ProcessOutcome) -> str:
    if outcome.timed_out:
        return "If it is meant to take so long, give it a longer timeout in the config."
    if outcome.signal == signal.SIGKILL:
        return "Nobody here sent that: is the machine out of memory?"
    return ""
