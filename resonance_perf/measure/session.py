"""One measurement under way: what is set up where, what was sampled, how much time went into samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resonance_perf.compare.questions import named, stand_ins
from resonance_perf.drivers import Driver
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.run import Measure, Sample, Side

COMPUTING = 0.9
"""A program that used this share of its wall time of CPU computes: its CPU time says how slow its code is."""
PARALLEL = 1.1
"""A program that used this many times its wall time of CPU runs on several cores and is not held on one."""


@dataclass(slots=True, kw_only=True)
class Session:
    """The state of a measurement; the runner and its sampler alone change it."""

    benchmark: Benchmark
    driver: Driver
    commits: Mapping[Side, str]
    quick: bool
    false_alarms: float
    started: float
    paths: dict[Side, str] = field(default_factory=dict)
    spare: dict[Side, str] | None = None
    """The trees of the other build of head and base, once there is one."""
    samples: dict[Side, list[Sample]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    turn_s: dict[Side, float] = field(default_factory=dict)
    """How long the newest warm-up run of each side took."""
    parallel: bool = False
    """Some side uses several cores at once."""
    computing: bool = True
    """Every side spends nearly all of its wall time computing."""
    second: int | None = None
    """Where the samples begin that were taken because the first ones would have alarmed people."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What the driver says of the metrics."""
        return self.driver.measures(self.benchmark)

    @property
    def repeats(self) -> int:
        """How many samples of each side answer, where all that is wanted repeats exactly; else 0."""
        return self.driver.repeats(self.benchmark)

    @property
    def named(self) -> tuple[str, ...]:
        """The metrics that answers are wanted for."""
        return named(self.benchmark, self.measures)

    @property
    def stand_ins(self) -> dict[str, str]:
        """The metrics that may answer for others, as far as it is known by now."""
        return stand_ins(self.benchmark, self.measures) if self.computing else {}

    @property
    def spent_s(self) -> float:
        """The measuring time so far: that of the samples that are kept, and not of checkout, setup and warm-up."""
        return sum(sample.seconds for samples in self.samples.values() for sample in samples)

    @property
    def left_s(self) -> float:
        """How much measuring time the config leaves."""
        return self.benchmark.max_s - self.spent_s

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most pairs to take, as the config and the time allow."""
        if self.repeats:
            return self.repeats, self.repeats
        least = min(self.benchmark.min_samples, self.benchmark.max_samples)
        if self.quick:
            return least, least
        in_time = int(self.left_s / max(sum(self.turn_s.values()), 1e-6))
        return least, max(least, min(self.benchmark.max_samples, in_time))

    def learn(self, sample: Sample) -> None:
        """Note what the first run of a side, which was held on no core, says of how it uses them."""
        wall, cpu = sample.values.get("wall", 0.0), sample.values.get("cpu", 0.0)
        self.parallel |= cpu > wall * PARALLEL
        self.computing &= COMPUTING * wall <= cpu <= wall * PARALLEL
