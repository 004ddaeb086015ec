"""`driver: count`: what repeats exactly, such as instructions: a count that changes is a change, without statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping

from resonance_perf.drivers.counters import COUNTERS
from resonance_perf.drivers.ending import describe_end
from resonance_perf.drivers.unwarmed import Unwarmed
from resonance_perf.model.benchmark import Benchmark, CountSettings, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome, ToolOutcome
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Command, RunTool, Work

SEED = ("PYTHONHASHSEED", "0")
"""Without it, no count of a Python program repeats: the order of its sets and dictionaries is drawn anew."""
_MISSING = re.compile(rb"No module named|is not installed")


class CountDriver(Unwarmed):
    """Runs a tool that counts. Where a second sample does not say what the first said, the interval is as wide."""

    load_model: LoadModel | None = None
    pins = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        """See `Driver`."""
        return COUNTERS[_settings(benchmark).counter].measures

    def repeats(self, benchmark: Benchmark) -> int:  # noqa: ARG002  # the same for every counter
        """See `Driver`."""
        return 2

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """See `Driver`.

        Raises:
            BenchmarkError: when the counter cannot count such a command.
        """
        settings = _settings(benchmark)
        argv, then = COUNTERS[settings.counter].tool(settings, benchmark.name)
        seeded = env if any(name == SEED[0] for name, _ in env) else (*env, SEED)
        command = Command(argv=argv, env=seeded, timeout_s=benchmark.timeout_s, memory_bytes=benchmark.memory_bytes)
        return RunTool(command=command, then=then)

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """See `Driver`."""
        assert isinstance(outcome, ToolOutcome)
        counter = COUNTERS[_settings(benchmark).counter]
        for process in (outcome.process, *([outcome.then] if outcome.then else [])):
            if not process.ok:
                hint = counter.hint if process.error or _MISSING.search(process.stderr) else ""
                raise BenchmarkError(f"{benchmark.name} {describe_end(process)}", hint=hint)
        counts = counter.read(outcome)
        if not counts:
            raise BenchmarkError(f"{benchmark.name}: {counter.name} counted nothing", hint=counter.hint)
        return Sample(values=counts)


def _settings(benchmark: Benchmark) -> CountSettings:
    assert isinstance(benchmark.settings, CountSettings)
    return benchmark.settings
