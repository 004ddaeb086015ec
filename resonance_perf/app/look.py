"""Run one benchmark in every way that tells an audit something."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from resonance_perf.app.profiling import target_of, wraps
from resonance_perf.audit import held, profiled
from resonance_perf.audit.check import Evidence
from resonance_perf.audit.guidelines import METRICS
from resonance_perf.drivers import DRIVERS
from resonance_perf.drivers.ending import describe_end
from resonance_perf.drivers.tools import sql, web
from resonance_perf.measure.captures import Profiler
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Argv, Benchmark, CountSettings, HttpSettings, ToolSettings
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.profile import Capture
from resonance_perf.model.profiling import Resource, Runtime
from resonance_perf.model.run import Part
from resonance_perf.model.work import Command, LoadServer, RunProcess, RunTool
from resonance_perf.profilers.registry import SHORT_S, chosen, profiler
from resonance_perf.profilers.started import runtime_of
from resonance_perf.system.profilers import is_here

VISITS = (("vitals", "network", "page"), "4g"), (("trace", "coverage", "fields", "frames"), "none")
"""Probes, and the network for a page that names none: over loopback nothing is far away, and for these it matters."""
PROFILED_S = 12.0
_SEEN_BY = {"web": "Chromium", "sql": "EXPLAIN"}
_PROFILES: tuple[tuple[Resource, Sequence[Runtime], Callable[[Capture, Runtime], profiled.Told]], ...] = (
    ("cpu", ("python", "node", "go", "jvm", "native"), profiled.of_cpu),
    ("wall", ("python",), lambda capture, _: profiled.of_wall(capture)),
    ("memory", ("python", "node", "go"), lambda capture, _: profiled.of_memory(capture)),
    ("lag", ("node",), lambda capture, _: profiled.of_lag(capture)),
)  # fmt: skip
"""What is looked at, of which runtimes, and what it tells. Python tells of its loop from within; the lag of others is
that of the system's scheduler. A program that ends by itself has no lag: nobody waits for its event loop but itself."""


@dataclass(slots=True)
class Seen:
    """What was told; what could not be run and why; and whether nothing could."""

    evidence: list[Evidence] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """True when the benchmark itself cannot be run."""
        return not self.evidence


def tells(benchmark: Benchmark) -> bool:
    """Whether running it answers anything."""
    settings = benchmark.settings
    if isinstance(settings, ToolSettings):
        return settings.tool in _SEEN_BY or any(spec.name in METRICS for spec in benchmark.metrics)
    return bool(_program(benchmark))


def look(runner: Runner, benchmark: Benchmark, commit: str) -> Seen:
    """Everything that it tells. Where one way to look fails, the others are tried all the same; not after the first."""
    seen = Seen()
    for way in _Look(runner, benchmark, commit).ways():
        try:
            seen.evidence.extend(way())
        except ResonanceError as error:
            seen.notes.append(str(error))
            if seen.failed:
                break
    return seen


def _program(benchmark: Benchmark) -> Argv:
    """What is looked into; nothing for a benchmark of another tool, which has work of its own."""
    return () if isinstance(benchmark.settings, ToolSettings) else target_of(benchmark)


@dataclass(frozen=True, slots=True)
class _Look:
    runner: Runner
    benchmark: Benchmark
    commit: str

    def ways(self) -> Iterator[Callable[[], Iterable[Evidence]]]:
        """In this order."""
        settings = self.benchmark.settings
        if isinstance(settings, ToolSettings) and settings.tool == "web":
            for probes, network in VISITS:
                yield partial(self._visited, settings, probes, network)
        elif isinstance(settings, HttpSettings | ToolSettings):
            yield self._sampled
        program = _program(self.benchmark)
        if not program:
            return
        argv = self.runner.host.spelled(program)
        runtime, serves = runtime_of(argv), isinstance(settings, HttpSettings)
        seconds = 0.0 if serves else SHORT_S

        def usable(name: str) -> bool:
            return is_here(name) and wraps(name, argv, seconds)

        if runtime == "python":
            yield self._held
        for resource, runtimes, of in () if isinstance(settings, CountSettings) else _PROFILES:
            told = runtime in runtimes and (serves or resource != "lag")
            name = chosen(runtime, resource, usable, seconds=seconds) if told else None
            if name is not None and resource == profiler(name).RESOURCE:
                yield partial(self._profiled, name, runtime, of)

    def _sampled(self) -> Iterator[Evidence]:
        settings, driver = self.benchmark.settings, DRIVERS[self.benchmark.driver]
        by = _SEEN_BY.get(settings.tool, settings.tool) if isinstance(settings, ToolSettings) else "the load"
        sample = self.runner.once(self.benchmark, driver, self.commit)
        yield self._evidence(by, sample.values, sample.parts)

    def _visited(self, settings: ToolSettings, probes: Sequence[str], network: str) -> Iterator[Evidence]:
        """Each probe has as much time as a sample; what the config wants to know, the other visit may tell."""
        seen, slowed = web.seeing(settings, probes, network)
        metrics = tuple(MetricSpec(name) for probe in probes for name in web.PROBES[probe])
        time_s = self.benchmark.timeout_s * len(probes)
        benchmark = replace(self.benchmark, settings=seen, metrics=metrics, timeout_s=time_s)
        sample = self.runner.once(benchmark, DRIVERS[benchmark.driver], self.commit)
        by = f"Chromium over {network}" if slowed and network != "none" else "Chromium"
        yield self._evidence(by, sample.values, sample.parts)

    def _held(self) -> Iterator[Evidence]:
        work, path = self._work(), self._path()
        serves = isinstance(work, LoadServer)
        try:
            done = self.runner.host.profiled(work, lambda argv: held.wrap(argv, serves=serves), path)
        except ValueError as error:
            raise BenchmarkError(f"{self.benchmark.name} {error}") from error
        outcome = done.outcome
        if isinstance(outcome, ProcessOutcome) and not outcome.ok:
            raise BenchmarkError(f"{self.benchmark.name} {describe_end(outcome)}")
        requests = outcome.requests - outcome.failed if isinstance(outcome, LoadOutcome) else 1
        told = held.read(dict(done.files), requests, serves=serves) if requests else None
        if told is None:
            raise BenchmarkError(f"{self.benchmark.name}: nothing was seen from within{done.said and ': ' + done.said}")
        yield self._evidence("the program itself", told.values, told.parts)
        for database, queries in told.asked.items():
            yield self._explained(database, queries, path)

    def _explained(self, database: str, queries: Sequence[str], path: str) -> Evidence:
        """The plans of what the program asked, in the same database."""
        given = {name: key.default for name, key in sql.KEYS.items()} | {"repeat": 1}
        settings = sql.tool(given | {"database": database, "queries": list(queries)}, ())
        asked = replace(
            self.benchmark, driver="tool", settings=settings, metrics=(MetricSpec("seq_scans"),), memory_bytes=None
        )  # fmt: skip
        driver = DRIVERS["tool"]
        work = driver.work(asked, self.runner.env)
        assert isinstance(work, RunTool)
        outcome = self.runner.host.tool(work, path)
        try:
            driver.sample(asked, outcome)
        except BenchmarkError as error:
            raise BenchmarkError(held.without_values(error.message), hint=error.hint) from error
        return self._evidence("EXPLAIN", *held.scans(json.loads(dict(outcome.files)[sql.RESULT])))

    def _profiled(
        self, name: str, runtime: Runtime, of: Callable[[Capture, Runtime], profiled.Told]
    ) -> Iterator[Evidence]:
        profiling = Profiler(
            runner=self.runner, benchmark=self.benchmark, driver=DRIVERS[self.benchmark.driver],
            choose=lambda _seconds: name, most_s=PROFILED_S, rounds=1,
        )  # fmt: skip
        (capture,) = profiling.captures({"head": self.commit})["head"]
        values, parts = of(capture, runtime)
        if not values:
            raise BenchmarkError(
                f"{self.benchmark.name}: {name} saw too little to tell a share",
                hint="A higher rate or a longer duration shows more.",
            )
        yield self._evidence(name, values, parts)

    def _evidence(self, by: str, values: Mapping[str, float], parts: Sequence[Part]) -> Evidence:
        return Evidence(benchmark=self.benchmark.name, source=by, values=values, parts=parts)

    def _path(self) -> str:
        return self.runner.builds.of_sides(self.benchmark, {"head": self.commit})["head"]

    def _work(self) -> LoadServer | RunProcess:
        env, settings = self.runner.env, self.benchmark.settings
        if isinstance(settings, CountSettings):  # the program, without what counts in it
            return RunProcess(command=Command(argv=settings.command, env=env, timeout_s=self.benchmark.timeout_s))
        work = DRIVERS[self.benchmark.driver].work(self.benchmark, env)
        assert isinstance(work, LoadServer | RunProcess)
        return replace(work, probe=None) if isinstance(work, LoadServer) else work
