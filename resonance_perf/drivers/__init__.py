"""One way of measuring per file: what to run, and what its outcome means. Pure.

`DRIVERS` is the whole registry; `Driver` is what each value in it satisfies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from resonance_perf.drivers.command import CommandDriver
from resonance_perf.drivers.count import CountDriver
from resonance_perf.drivers.http import HttpDriver
from resonance_perf.drivers.perf_stat import PerfStatDriver
from resonance_perf.drivers.size import SizeDriver
from resonance_perf.drivers.tool import ToolDriver
from resonance_perf.model.benchmark import Benchmark, Env
from resonance_perf.model.metric import LoadModel
from resonance_perf.model.outcome import Outcome
from resonance_perf.model.run import Measure, Sample
from resonance_perf.model.work import Work


class Driver(Protocol):
    """A way of measuring."""

    load_model: LoadModel | None
    pins: bool
    """A program that uses one core is held on one: it would be moved between cores otherwise, in the middle of a
    sample."""

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        """Every metric that a sample of this benchmark has, in the order to show."""
        ...

    def repeats(self, benchmark: Benchmark) -> int:
        """How many samples of each side answer for this benchmark, where all that it wants repeats exactly: a second
        one shows that the first does. 0 where something differs from sample to sample."""
        ...

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        """What the host has to do for one sample."""
        ...

    def warmed(self, benchmark: Benchmark, sample: Sample) -> Benchmark:
        """The benchmark as the samples that are kept shall be taken, after a first one that is not."""
        ...

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        """Turn an outcome into a sample.

        Raises:
            BenchmarkError: when the outcome holds no number that may be trusted.
        """
        ...

    def requests(self, benchmark: Benchmark, outcome: Outcome) -> int:
        """How many requests were answered in it; 0 where there are none, or nobody counts them.

        Raises:
            BenchmarkError: when none was, or the outcome cannot be read.
        """
        ...


DRIVERS: dict[str, Driver] = {
    "command": CommandDriver(), "http": HttpDriver(), "size": SizeDriver(), "count": CountDriver(),
    "perf-stat": PerfStatDriver(), "tool": ToolDriver(),
}  # fmt: skip
"""Every driver by its name in the config."""
