"""Profile one benchmark: the same work on every side, in turn, under a profiler and once without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from resonance_perf.drivers import Driver
from resonance_perf.measure.done import Done, busy, done, process_of
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CountSettings
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.outcome import Outcome
from resonance_perf.model.profile import Capture
from resonance_perf.model.profiling import LONGEST_S, Profiling
from resonance_perf.model.run import Side
from resonance_perf.model.work import Command, LoadServer, Profilable, RunProcess, RunTool, SizeFiles
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

Sides = Mapping[Side, Sequence[Capture]]


@dataclass(slots=True, kw_only=True)
class Profiler:
    """Profiles one benchmark with one profiler, which `choose` names by the seconds that the program takes, 0 for a
    server. `enough` is asked once, when the time is over; where what was captured is not, all rounds are taken."""

    runner: Runner
    benchmark: Benchmark
    driver: Driver
    choose: Callable[[float], str]
    enough: Callable[[Sides], bool] = lambda _: True
    load: Callable[[str], Profiling] = profiler
    most_s: float = MOST_S
    rounds: int = ROUNDS
    name: str = ""
    _profiling: Profiling | None = None
    _plain: dict[Side, Done] = field(default_factory=dict)

    def captures(self, commits: Mapping[Side, str]) -> dict[Side, tuple[Capture, ...]]:
        """Captures of every side, at least one and at most `rounds`, as many as go into the time.

        Raises:
            BenchmarkError: when it cannot be profiled; says why, and what cures it.
        """
        work, paths = self._work(), self.runner.builds.of_sides(self.benchmark, commits)
        serves = _serves(work, page=False)
        begun = self.runner.clock()  # setting up is no part of the time: the trees of the measurement are there mostly
        for side, path in paths.items():
            self._plain[side] = done(self.benchmark, self.driver, self._unprofiled(work, path), serves=serves)
        self.name = self.choose(0.0 if serves else min(one.seconds for one in self._plain.values()))
        self._profiling = self.load(self.name)
        found: dict[Side, list[Capture]] = {side: [] for side in paths}
        turns, limit_s = in_turn(tuple(paths), self.runner.draw), self.most_s
        while len(found["head"]) < self.rounds:
            at = self.runner.clock()
            for side in next(turns):
                self.runner.between()
                found[side].append(self._capture(work, side, paths[side]))
            now = self.runner.clock()
            with_next_s = now - begun + (now - at)
            least = len(found["head"]) >= LEAST
            if least and limit_s < self._longest_s and with_next_s > limit_s and not self.enough(found):
                limit_s = self._longest_s
            if with_next_s > (limit_s if least else self._longest_s):
                break
        return {side: tuple(captures) for side, captures in found.items()}

    @property
    def _longest_s(self) -> float:
        return max(self.most_s, LONGEST_S)

    def _capture(self, work: Profilable, side: Side, path: str) -> Capture:
        plain, profiling = self._plain[side], self._profiling
        assert profiling is not None
        seconds = _load_s(work) or plain.seconds
        page = "browser" in profiling.RUNTIMES
        serves = _serves(work, page=page)
        try:
            seen = self.runner.host.profiled(
                work, lambda argv: profiling.wrap(argv, serves=serves, seconds=seconds), path, page=page,
                patience_s=self._longest_s,
            )  # fmt: skip
        except ValueError as error:
            raise BenchmarkError(f"{self.benchmark.name} {error}") from error
        if process_of(seen.outcome).timed_out:
            raise BenchmarkError(
                f"{self.benchmark.name} did not end within {self._longest_s:.0f} s under {self.name}", hint=_SHORTER
            )
        try:
            profile = profiling.read(dict(seen.files))
        except NothingSeenError as error:
            said = f": {seen.said}" if seen.said else ""
            hint = error.hint or cure(seen.said, profiling)
            raise NothingSeenError(f"{self.benchmark.name}: {error.message}{said}", hint=hint) from error
        except ResonanceError:
            raise
        except Exception as error:  # a profiler that was cut off leaves anything, and a plug-in fails in any way
            raise BenchmarkError(f"{self.benchmark.name}: what {self.name} left cannot be read: {error!r}") from error
        under = done(self.benchmark, self.driver, seen.outcome, serves=serves)
        named = replace(profile, tool=profile.tool or self.name, seconds=profile.seconds or seconds)
        return Capture(
            profile=named, work=float(under.requests or seen.times), per="request" if under.requests else "run",
            root=path, overhead=under.pace_s / plain.pace_s - 1 if plain.pace_s else None, busy=busy(seen.outcome),
        )  # fmt: skip

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

    def _unprofiled(self, work: Profilable, path: str) -> Outcome:
        match work:
            case RunProcess(command=command):
                return self.runner.host.run(command, path)
            case LoadServer():
                return self.runner.host.load(work, path)
            case RunTool():
                return self.runner.host.tool(work, path)


def _serves(work: Profilable, *, page: bool) -> bool:
    return isinstance(work, LoadServer) or (isinstance(work, RunTool) and work.server is not None and not page)


def _load_s(work: Profilable) -> float:
    return work.load.warmup_s + work.load.duration_s if isinstance(work, LoadServer) else 0.0
