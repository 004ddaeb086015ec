"""Measures the commits that a bisection asks for, and knows what that costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf, sqrt
from statistics import median

from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import BenchmarkError, GitError, UsageError
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import MetricSpec
from resonance_perf.plan.bisection import Effort
from resonance_perf.plan.evidence import Look

_MOST_PAIRS = 400
"""A verdict may take so many pairs: it is worth more here than in a comparison that is made at every commit."""
_SHARE = 0.3
"""A verdict may take this share of the time that is left."""
_LEAST_S = 1.0
_NO_MARGIN = 1e6
"""With so wide a margin the runner takes the pairs that it is told to and looks for no verdict."""


class UnmeasurableError(BenchmarkError):
    """`commit` does not build, crashes or lacks the benchmark."""

    def __init__(self, commit: str, why: str) -> None:
        super().__init__(why)
        self.commit = commit


@dataclass(slots=True)
class Laboratory:
    """One metric of a benchmark, to be measured until `deadline` (seconds since 1970)."""

    runner: Runner
    benchmark: Benchmark
    metric: str
    started: float
    deadline: float
    _spreads: list[float] = field(default_factory=list)
    _pair_s: float = 0.0
    _look_s: float = 0.0

    @classmethod
    def of(cls, runner: Runner, benchmark: Benchmark, metric: str | None, limit_s: float) -> Laboratory:
        """For `metric`, else the first that the config names, else the driver's first.

        Raises:
            UsageError: when the benchmark has no such metric.
        """
        there = list(DRIVERS[benchmark.driver].measures(benchmark))
        named = [spec.name for spec in benchmark.metrics if spec.name in there] or there
        if metric is not None and metric not in there:
            raise UsageError(f'{benchmark.name} has no metric "{metric}"', hint=f"It has {', '.join(there)}.")
        started = runner.clock()
        return cls(runner, benchmark, metric or named[0], started, started + limit_s)

    @property
    def effort(self) -> Effort:
        """What a measurement costs, as the ones before have shown."""
        return Effort(spread=median(self._spreads), pair_s=self._pair_s, look_s=self._look_s)

    def left_s(self) -> float:
        """Seconds until the time is up."""
        return self.deadline - self.runner.clock()

    def spent_s(self) -> float:
        """Seconds since the beginning."""
        return self.runner.clock() - self.started

    def settle(self, commit: str, base: str) -> tuple[Measurement, Comparison]:
        """Measure until there is a verdict, confirmed when it is one, or a share of the time left is used.

        Raises:
            UnmeasurableError: when one of the two cannot be measured.
        """
        spec = self.benchmark.metric(self.metric) or MetricSpec(self.metric)
        most_s = max(_LEAST_S, self.left_s() * _SHARE)
        most = max(_MOST_PAIRS, self.benchmark.max_samples)
        return self._measured(replace(self.benchmark, metrics=(spec,), max_samples=most, max_s=most_s), commit, base)

    def look(self, commit: str, base: str, pairs: int) -> Comparison:
        """Measure so many pairs.

        Raises:
            UnmeasurableError: when one of the two cannot be measured.
        """
        specs = (MetricSpec(self.metric, margin=_NO_MARGIN),)
        short = replace(self.benchmark, metrics=specs, min_samples=pairs, max_samples=pairs)
        return self._measured(short, commit, base)[1]

    def change(self, measurement: Measurement) -> Comparison:
        """The comparison of the metric in a measurement that was made here."""
        return next(one for one in measurement.comparisons if one.metric == self.metric)

    def read(self, change: Comparison) -> Look:
        """What a comparison says, as evidence: positive is worse.

        The interval of a verdict that was found after several peeks is wider than 95 %; its error is then
        overstated, never understated.
        """
        measure = DRIVERS[self.benchmark.driver].measures(self.benchmark)[self.metric]
        return Look.of_interval(change.ratio, change.low, change.high, higher_is_better=measure.higher_is_better)

    def _measured(self, benchmark: Benchmark, commit: str, base: str) -> tuple[Measurement, Comparison]:
        try:
            found = self.runner.measure(benchmark, DRIVERS[benchmark.driver], commit, base)
        except (BenchmarkError, GitError) as error:
            raise UnmeasurableError(commit, str(error)) from error
        if found.base is None:
            raise UnmeasurableError(base, found.note)
        change = next((one for one in found.comparisons if one.metric == self.metric), None)
        if change is None:
            lacks = commit if found.head.estimate(self.metric) is None else base
            raise UnmeasurableError(lacks, f"{self.benchmark.name} gives no {self.metric} on {lacks[:9]}")
        self._note_cost(found, change)
        return found, change

    def _note_cost(self, found: Measurement, change: Comparison) -> None:
        assert found.base is not None
        sampled = sum(one.seconds for one in (*found.base.samples, *found.head.samples))
        self._pair_s = sampled / len(found.head.samples)
        self._look_s = max(0.0, found.seconds - sampled)
        error = self.read(change).error
        if error < inf:
            self._spreads.append(error * sqrt(change.pairs))
        elif not self._spreads:
            raise UnmeasurableError(found.head.commit, f"{self.metric} of {self.benchmark.name} has no usable interval")
