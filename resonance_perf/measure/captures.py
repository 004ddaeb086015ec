"""Profile one benchmark: the same work on every side, in turn, under a profiler and once without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from resonance_perf.drivers import Driver
from resonance_perf.drivers.ending import describe_end
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CountSettings
from resonance_perf.model.counted import ordered
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.profile import Capture
from resonance_perf.model.profiling import LONGEST_S, Profiling
from resonance_perf.model.run import Side
from resonance_perf.model.work import (
    Command,
    LoadOutcome,
    LoadServer,
    Outcome,
    ProcessOutcome,
    RunProcess,
    RunTool,
    SizeFiles,
    SizeOutcome,
    ToolOutcome,
)
from resonance_perf.plan.order import in_turn
from resonance_perf.profilers.cures import cure
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.registry import profiler

LEAST, ROUNDS = 3, 6
"""Captures of each side: without three nothing can be told from chance, and six find most."""
MOST_S = 30.0
"""The least may take longer than the most on a busy machine or of a slow program, but not longer than `LONGEST_S`."""
LOAD_S = (1.0, 5.0)
"""The least and the most that a server is under load for one capture, in seconds."""

_SHORTER = "Profile less work at a time, or give it longer: resonance-perf profile --time 10m."

Profilable = RunProcess | LoadServer | RunTool


@dataclass(slots=True, kw_only=True)
class Profiler:
    """Profiles one benchmark with one profiler, which `choose` names by the seconds that the program takes, 0 for a
    server."""

    runner: Runner
    benchmark: Benchmark
    driver: Driver
    choose: Callable[[float], str]
    load: Callable[[str], Profiling] = profiler
    most_s: float = MOST_S
    rounds: int = ROUNDS
    name: str = ""
    _profiling: Profiling | None = None
    _plain_s: dict[Side, float] = field(default_factory=dict)

    def captures(self, commits: Mapping[Side, str]) -> dict[Side, tuple[Capture, ...]]:
        """Captures of every side, at least one and at most `rounds`, as many as go into the time.

        Raises:
            BenchmarkError: when it cannot be profiled; says why, and what cures it.
        """
        work, paths = self._work(), self.runner.builds.of_sides(self.benchmark, commits)
        begun = self.runner.clock()  # setting up is no part of the time: the trees of the measurement are there mostly
        for side, path in paths.items():
            self._plain_s[side] = _elapsed_s(self._checked(self._plain(work, path)))
        self.name = self.choose(0.0 if _serves(work, page=False) else min(self._plain_s.values()))
        self._profiling = self.load(self.name)
        found: dict[Side, list[Capture]] = {side: [] for side in paths}
        turns = in_turn(tuple(paths), self.runner.draw)
        while len(found["head"]) < self.rounds:
            at = self.runner.clock()
            for side in next(turns):
                self.runner.between()
                found[side].append(self._capture(work, side, paths[side]))
            now = self.runner.clock()
            if now - begun + (now - at) > (self.most_s if len(found["head"]) >= LEAST else self._longest_s):
                break
        return {side: tuple(captures) for side, captures in found.items()}

    @property
    def _longest_s(self) -> float:
        return max(self.most_s, LONGEST_S)

    def _capture(self, work: Profilable, side: Side, path: str) -> Capture:
        plain_s, profiling = self._plain_s[side], self._profiling
        assert profiling is not None
        seconds = _load_s(work) or plain_s
        page = "browser" in profiling.RUNTIMES
        try:
            done = self.runner.host.profiled(
                work, lambda argv: profiling.wrap(argv, serves=_serves(work, page=page), seconds=seconds), path,
                page=page, patience_s=self._longest_s,
            )  # fmt: skip
        except ValueError as error:
            raise BenchmarkError(f"{self.benchmark.name} {error}") from error
        if _process_of(done.outcome).timed_out:
            raise BenchmarkError(
                f"{self.benchmark.name} did not end within {self._longest_s:.0f} s under {self.name}", hint=_SHORTER
            )
        try:
            profile = profiling.read(dict(done.files))
        except NothingSeenError as error:
            said = f": {done.said}" if done.said else ""
            hint = error.hint or cure(done.said, profiling)
            raise NothingSeenError(f"{self.benchmark.name}: {error.message}{said}", hint=hint) from error
        except ResonanceError:
            raise
        except Exception as error:  # a profiler that was cut off leaves anything, and a plug-in fails in any way
            raise BenchmarkError(f"{self.benchmark.name}: what {self.name} left cannot be read: {error!r}") from error
        outcome = self._checked(done.outcome)
        named = replace(profile, tool=profile.tool or self.name, seconds=profile.seconds or seconds)
        overhead = _elapsed_s(outcome) / plain_s - 1 if plain_s else None
        return Capture(
            profile=named, work=_done(outcome) * done.times, root=path, overhead=overhead, busy=_busy(outcome)
        )

    def _work(self) -> Profilable:
        """One sample's work, of a kind that can be looked into.

        Raises:
            BenchmarkError: when it runs nothing of the project's.
        """
        settings, env = self.benchmark.settings, self.runner.env
        if isinstance(settings, CountSettings):
            if not settings.command:
                raise BenchmarkError(f"{self.benchmark.name} runs no program that could be profiled")
            return RunProcess(
                command=Command(argv=settings.command, env=env, timeout_s=self.benchmark.timeout_s)
            )  # the program, without what counts in it
        match self.driver.work(self.benchmark, env):
            case SizeFiles():
                raise BenchmarkError(f"{self.benchmark.name} looks at files: there is nothing to profile")
            case LoadServer(load=load) as work:
                low, high = LOAD_S
                share_s = self.most_s / (2 * (self.rounds + 1))
                longer = replace(load, limit_ms=0.0, duration_s=max(load.duration_s, low, min(share_s, high)))
                server = replace(work.server, timeout_s=work.server.timeout_s + longer.duration_s)
                return replace(work, load=longer, server=server, probe=None)
            case work:
                return work

    def _plain(self, work: Profilable, path: str) -> Outcome:
        match work:
            case RunProcess(command=command):
                return self.runner.host.run(command, path)
            case LoadServer():
                return self.runner.host.load(work, path)
            case RunTool():
                return self.runner.host.tool(work, path)

    def _checked(self, outcome: Outcome) -> Outcome:
        match outcome:
            case ProcessOutcome() if not outcome.ok:
                raise BenchmarkError(f"{self.benchmark.name} {describe_end(outcome)}")
            case LoadOutcome(problem=problem) | ToolOutcome(problem=problem) if problem:
                raise BenchmarkError(f"{self.benchmark.name}: {problem}")
            case LoadOutcome(latencies_ms=latencies) if not latencies:
                raise BenchmarkError(f"{self.benchmark.name}: no request succeeded")
            case _:
                return outcome


def _process_of(outcome: Outcome) -> ProcessOutcome:
    match outcome:
        case ProcessOutcome():
            return outcome
        case LoadOutcome(server=process) | ToolOutcome(process=process):
            return process
        case SizeOutcome():
            return ProcessOutcome(argv=())


def _serves(work: Profilable, *, page: bool) -> bool:
    return isinstance(work, LoadServer) or (isinstance(work, RunTool) and work.server is not None and not page)


def _load_s(work: Profilable) -> float:
    return work.load.warmup_s + work.load.duration_s if isinstance(work, LoadServer) else 0.0


def _done(outcome: Outcome) -> float:
    """How much work was done: requests answered of a server under our load, else 1."""
    return float(outcome.requests - outcome.failed) if isinstance(outcome, LoadOutcome) else 1.0


def _busy(outcome: Outcome) -> float | None:
    """CPU time by time of a program; what a server took to start is not known."""
    if not isinstance(outcome, ProcessOutcome) or not outcome.wall_s:
        return None
    return (outcome.user_s + outcome.system_s) / outcome.wall_s or None


def _elapsed_s(outcome: Outcome) -> float:
    """How long the work took: a run, or the median request."""
    match outcome:
        case ProcessOutcome(wall_s=wall_s) | ToolOutcome(process=ProcessOutcome(wall_s=wall_s)):
            return wall_s
        case LoadOutcome(latencies_ms=latencies):
            return ordered(latencies)[len(latencies) // 2] / 1000
        case SizeOutcome():
            return 0.0
