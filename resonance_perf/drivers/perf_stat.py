"""`driver: perf-stat`: what the processor itself counts, where there is such a counter. Close to exact, and noisy."""

from __future__ import annotations

from collections.abc import Mapping

from resonance_perf.drivers.ending import describe_end
from resonance_perf.drivers.unwarmed import Unwarmed
from resonance_perf.model.benchmark import Benchmark, CommandSettings, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome, ToolOutcome
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Command, RunTool, Work

EVENTS = {
    "instructions": "instructions:u", "cycles": "cycles:u", "branch_misses": "branch-misses:u",
    "cache_misses": "cache-misses:u",
}  # fmt: skip
"""Metric -> what perf calls it, in user space: the kernel's part belongs to whatever else it does."""
MEASURES = {
    "instructions": Measure("instructions", margin=0.005),
    "cycles": Measure("", margin=0.01),
    "branch_misses": Measure("", margin=0.05),
    "cache_misses": Measure("", margin=0.05),
}
_INSTALL = "Install perf (Debian: apt-get install linux-perf), and allow it: sysctl kernel.perf_event_paranoid=2"


class PerfStatDriver(Unwarmed):
    """Runs a program under `perf stat`."""

    load_model: LoadModel | None = None
    pins = True

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:  # noqa: ARG002  # the same for every benchmark
        """See `Driver`."""
        return MEASURES

    def repeats(self, benchmark: Benchmark) -> int:  # noqa: ARG002  # close to exact is not exact
        """See `Driver`."""
        return 0

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """See `Driver`."""
        assert isinstance(benchmark.settings, CommandSettings)
        argv = ("perf", "stat", "-x,", "-o", "{out}/stat.csv", "-e", ",".join(EVENTS.values()), "--")
        return RunTool(
            command=Command(
                argv=(*argv, *benchmark.settings.command), env=env, timeout_s=benchmark.timeout_s,
                memory_bytes=benchmark.memory_bytes,
            )
        )  # fmt: skip

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`. A counter that the machine has not is missing, and never replaced by a clock."""
        assert isinstance(outcome, ToolOutcome)
        if not outcome.process.ok:
            raise BenchmarkError(f"{benchmark.name} {describe_end(outcome.process)}", hint=_INSTALL)
        counted = read_stat(dict(outcome.files).get("stat.csv", b"").decode("utf-8", "replace"))
        values = {metric: counted[event] for metric, event in EVENTS.items() if event in counted}
        if "instructions" not in values:
            raise BenchmarkError(
                f"{benchmark.name}: this machine has no counter of instructions (a virtual machine often has none)",
                hint='Count them with valgrind instead: "driver: count" with "counter: instructions".',
            )
        return Sample(values=values)


def read_stat(text: str) -> dict[str, float]:
    """Event -> count, of those that `perf stat -x,` could count; a count for part of the time is left out.

    Format: perf-stat(1), "CSV FORMAT": value, unit, event, time it ran in ns, share of the time it ran in percent.
    """
    found = {}
    for line in text.splitlines():
        fields = line.split(",")
        if len(fields) >= 5 and fields[0].replace(".", "", 1).isdigit() and float(fields[4] or 0) >= 100:
            found[fields[2]] = float(fields[0])
    return found
