"""How one sample of one side is made, and how a side is made warm before the first that counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from resonance_perf.measure.ports import Host
from resonance_perf.measure.session import Session
from resonance_perf.model.benchmark import Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import LoadOutcome, Outcome, ProcessOutcome, ToolOutcome
from resonance_perf.model.run import Sample, Side
from resonance_perf.model.work import LoadServer, RunProcess, RunTool, SizeFiles

MOST_WARM_UPS = 5
"""Runs that may be thrown away on each side until one is not faster than the one before."""
WARM_UP_S = 0.5
"""A program that takes longer than this is warm after one run: its files are in memory then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """Makes samples. `clock` is in seconds since 1970; `keep` gets what a failed program printed; `watch` begins to
    watch the machine, and what it returns tells, at the end of a sample, what that was like."""

    host: Host
    env: Env
    clock: Callable[[], float]
    keep: Callable[[str, ProcessOutcome], None]
    watch: Callable[[], Callable[[], Mapping[str, float]]]

    def take(self, session: Session, side: Side, *, free: bool = False) -> Sample:
        """One sample; a `free` one is held on no core.

        Raises:
            BenchmarkError: when it cannot be taken.
        """
        benchmark, at = session.benchmark, self.clock()
        pinned = session.driver.pins and not session.parallel and not free
        seen = self.watch()
        outcome = self._do(session, session.paths[side], pinned=pinned)
        try:
            sample = session.driver.sample(benchmark, outcome)
        except BenchmarkError:
            match outcome:
                case ProcessOutcome() as failed:
                    self.keep(benchmark.name, failed)
                case LoadOutcome(server=failed):
                    self.keep(benchmark.name, failed)
                case ToolOutcome(process=process, then=then):
                    self.keep(benchmark.name, then or process)
            raise
        return replace(sample, values={**sample.values, **seen()}, at=at, seconds=self.clock() - at)

    def warm(self, session: Session, side: Side) -> None:
        """Run a side until it is warm; none of that is kept. The first run, on any core, shows how many it uses. Where
        one run is enough, the first is the one.

        Raises:
            BenchmarkError: when it cannot be run.
        """
        before = None
        for _ in range(MOST_WARM_UPS):
            sample = self.take(session, side, free=before is None)
            if session.repeats == 1:
                session.samples[side].append(sample)
                return
            if before is None:
                session.learn(sample)
            session.benchmark = session.driver.warmed(session.benchmark, sample)
            session.turn_s[side] = sample.seconds
            if is_warm(before, sample.seconds):
                return
            before = sample.seconds

    def _do(self, session: Session, path: str, *, pinned: bool) -> Outcome:
        match session.driver.work(session.benchmark, self.env):
            case RunProcess(command=command):
                return self.host.run(replace(command, pinned=pinned), path)
            case LoadServer() as work:
                return self.host.load(work, path)
            case SizeFiles() as work:
                return self.host.size(work, path)
            case RunTool(command=command) as work:
                return self.host.tool(replace(work, command=replace(command, pinned=pinned)), path)


def is_warm(before_s: float | None, now_s: float) -> bool:
    """True when a run that took so long was warm: it was not faster than the one before, if there was one."""
    return now_s > WARM_UP_S or (before_s is not None and now_s >= before_s)
