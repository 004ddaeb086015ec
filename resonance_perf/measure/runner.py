"""Measure one benchmark: set both sides up once, then sample them in turn until the question is answered."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from resonance_perf.compare.compare import compare_runs, settled
from resonance_perf.compare.estimate import estimate_run
from resonance_perf.compare.rule import looks
from resonance_perf.drivers import Driver
from resonance_perf.drivers.command import describe_end
from resonance_perf.measure.ports import Host
from resonance_perf.model.benchmark import Argv, Benchmark
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.ids import new_id
from resonance_perf.model.run import Environment, Measure, Run, Sample, Side
from resonance_perf.model.work import (
    Command,
    LoadOutcome,
    LoadServer,
    Outcome,
    ProcessOutcome,
    RunProcess,
    SizeFiles,
)
from resonance_perf.plan.order import interleaved

SETUP_TIMES = 10
"""Setup and verify may take this many times as long as one sample."""


class Trees(Protocol):
    """Clean work trees to measure in."""

    def checkout(self, commit: str, *, keep: tuple[str, ...] = ()) -> str:
        """The path of a clean work tree of `commit`; trees of the commits in `keep` stay as they are."""
        ...

    def is_set_up(self, path: str, setup: str) -> bool:
        """True when the setup with this hash was run there."""
        ...

    def mark_set_up(self, path: str, setup: str) -> None:
        """Remember that it was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What came of a job: the head's run, the base's when there was one, and how they compare."""

    head: Run
    base: Run | None = None
    comparisons: tuple[Comparison, ...] = ()
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Measures benchmarks. `clock` is in seconds since 1970; `draw` decides orders and ids; `between` is called
    between samples, when nothing is being timed; `keep` gets what a failed program printed."""

    host: Host
    trees: Trees
    environment: Environment
    clock: Callable[[], float]
    draw: random.Random
    env: tuple[tuple[str, str | None], ...] = ()
    between: Callable[[], None] = lambda: None
    keep: Callable[[str, ProcessOutcome], None] = lambda _name, _outcome: None

    def measure(
        self, benchmark: Benchmark, driver: Driver, head: str, base: str | None, *, quick: bool = False
    ) -> Measurement:
        """Measure `head`, and `base` beside it.

        When the base cannot be set up or run, the head is measured alone and the note says why: a broken past is no
        reason to know nothing of the present.

        Raises:
            BenchmarkError: when the head cannot be measured.
        """
        started = self.clock()
        sides: dict[Side, str] = {"head": self._prepare(benchmark, head, keep=(head, base or ""))}
        note = ""
        if base is not None:
            try:
                sides["base"] = self._prepare(benchmark, base, keep=(head, base))
                self._sample(benchmark, driver, sides["base"])
            except BenchmarkError as error:
                sides.pop("base", None)
                note = f"base {base[:9]} could not be measured: {error}"
        self._sample(benchmark, driver, sides["head"])  # the first run of each side warms caches and is not kept
        commits: dict[Side, str] = {"head": head, "base": base or ""}
        samples = self._collect(benchmark, driver, sides, started, quick=quick)
        return self._result(benchmark, driver, commits, samples, started, quick=quick, note=note)

    def verify(self, benchmark: Benchmark, commit: str) -> str:
        """Run the project's own correctness check on `commit`; nothing when it passed, else a sentence."""
        if not benchmark.verify:
            return f'no "verify" command is set for {benchmark.name}, so nothing shows that {commit[:9]} is correct'
        path = self.trees.checkout(commit)
        outcome = self._run(benchmark, benchmark.verify, path, "verify")
        return "" if outcome.ok else f"verify failed on {commit[:9]}: {describe_end(outcome)}"

    def _prepare(self, benchmark: Benchmark, commit: str, keep: tuple[str, ...]) -> str:
        path = self.trees.checkout(commit, keep=keep)
        if not benchmark.setup:
            return path
        fingerprint = hashlib.sha256(json.dumps(benchmark.setup).encode()).hexdigest()[:16]
        if self.trees.is_set_up(path, fingerprint):
            return path
        outcome = self._run(benchmark, benchmark.setup, path, "setup")
        if not outcome.ok:
            raise BenchmarkError(
                f"{benchmark.name}: setup failed on {commit[:9]}: {describe_end(outcome)}",
                hint=f"Try it there: {' '.join(benchmark.setup)}",
            )
        self.trees.mark_set_up(path, fingerprint)
        return path

    def _run(self, benchmark: Benchmark, argv: Argv, path: str, what: str) -> ProcessOutcome:
        timeout = benchmark.timeout_s * SETUP_TIMES
        command = Command(argv=argv, env=self.env, timeout_s=timeout, memory_bytes=benchmark.memory_bytes)
        outcome = self.host.run(command, path)
        if not outcome.ok:
            self.keep(f"{benchmark.name}-{what}", outcome)
        return outcome

    def _sample(self, benchmark: Benchmark, driver: Driver, path: str) -> Sample:
        at = self.clock()
        outcome = self._do(benchmark, driver, path)
        try:
            sample = driver.sample(benchmark, outcome)
        except BenchmarkError:
            if isinstance(outcome, ProcessOutcome):
                self.keep(benchmark.name, outcome)
            elif isinstance(outcome, LoadOutcome):
                self.keep(benchmark.name, outcome.server)
            raise
        return Sample(values=sample.values, raw=sample.raw, at=at, seconds=self.clock() - at)

    def _do(self, benchmark: Benchmark, driver: Driver, path: str) -> Outcome:
        match driver.work(benchmark, self.env):
            case RunProcess(command=command):
                return self.host.run(command, path)
            case LoadServer() as work:
                return self.host.load(work, path)
            case SizeFiles() as work:
                return self.host.size(work, path)

    def _collect(
        self, benchmark: Benchmark, driver: Driver, sides: Mapping[Side, str], started: float, *, quick: bool
    ) -> dict[Side, list[Sample]]:
        most = 1 if driver.exact else benchmark.min_samples if quick else benchmark.max_samples
        at_looks = (1,) if driver.exact else looks(min(benchmark.min_samples, most), most)
        samples: dict[Side, list[Sample]] = {side: [] for side in sides}
        for number, order in enumerate(interleaved(most, self.draw), start=1):
            for side in order:
                if side in sides:
                    self.between()
                    samples[side].append(self._sample(benchmark, driver, sides[side]))
            spent = self.clock() - started
            enough = number in at_looks and self._answered(benchmark, driver, samples)
            if enough or (number >= at_looks[0] and spent >= benchmark.max_s):
                break
        return samples

    def _answered(self, benchmark: Benchmark, driver: Driver, samples: Mapping[Side, list[Sample]]) -> bool:
        if "base" not in samples:
            return True
        measures = driver.measures(benchmark)
        runs = {side: self._as_run(benchmark, driver, "", side, taken) for side, taken in samples.items()}
        margins = margins_of(benchmark, measures)
        comparisons = compare_runs(runs["base"], runs["head"], measures, margins, seconds=0.0)
        named = [spec.name for spec in benchmark.metrics if spec.name in measures] or list(measures)[:1]
        return settled(comparisons, margins, named[0], named)

    def _result(
        self, benchmark: Benchmark, driver: Driver, commits: Mapping[Side, str],
        samples: Mapping[Side, list[Sample]], started: float, *, quick: bool, note: str,
    ) -> Measurement:  # fmt: skip
        measures = driver.measures(benchmark)
        runs = {
            side: self._as_run(benchmark, driver, commits[side], side, taken, quick=quick)
            for side, taken in samples.items()
        }
        seconds = self.clock() - started
        base = runs.get("base")
        comparisons: tuple[Comparison, ...] = ()
        if base is not None:
            margins = margins_of(benchmark, measures)
            comparisons = compare_runs(base, runs["head"], measures, margins, seconds=seconds)
        return Measurement(head=runs["head"], base=base, comparisons=comparisons, seconds=seconds, note=note)

    def _as_run(
        self, benchmark: Benchmark, driver: Driver, commit: str, side: Side, samples: list[Sample], quick: bool = False
    ) -> Run:
        now = self.clock()
        return Run(
            id=new_id(now, self.draw.getrandbits(80)), benchmark=benchmark.name, commit=commit, side=side,
            started_at=samples[0].at, environment=self.environment, samples=tuple(samples),
            estimates=estimate_run(driver.measures(benchmark), samples), load_model=driver.load_model, quick=quick,
        )  # fmt: skip


def margins_of(benchmark: Benchmark, measures: Mapping[str, Measure]) -> dict[str, float]:
    """The practical margin of each metric: the config's, else the driver's."""
    margins = {}
    for name, measure in measures.items():
        spec = benchmark.metric(name)
        margins[name] = measure.margin if spec is None or spec.margin is None else spec.margin
    return margins
