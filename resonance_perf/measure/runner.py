"""Measure one benchmark: set both sides up once, then sample them in turn until the question is answered."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from resonance_perf.compare.inquiry import FALSE_ALARMS, Inquiry
from resonance_perf.drivers import Driver
from resonance_perf.measure.builds import Builds
from resonance_perf.measure.outcome import margins_of, measurement_of, run_of
from resonance_perf.measure.ports import Host, Trees
from resonance_perf.measure.sampling import Sampler
from resonance_perf.measure.session import Session
from resonance_perf.model.benchmark import Benchmark, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.ids import new_id
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import metric_id
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.run import Environment, Run, Sample, Side
from resonance_perf.plan.order import in_turn

BASELINE_S = 1.0
"""A baseline has no question to answer; it takes samples for so long, and at least as many as the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Measures benchmarks. `clock` is in seconds since 1970; `draw` decides orders and ids; `between` is called
    between samples, when nothing is being timed; `keep` gets what a failed program printed.
    `watch` begins to watch the machine; what it returns tells, at the end of a sample, what that was like.
    `apart`, by full metric name, is what two builds of equal code differ by (`Sight.apart`)."""

    host: Host
    trees: Trees
    environment: Environment
    clock: Callable[[], float]
    draw: random.Random
    env: Env = ()
    between: Callable[[], None] = lambda: None
    keep: Callable[[str, ProcessOutcome], None] = lambda _name, _outcome: None
    watch: Callable[[], Callable[[], Mapping[str, float]]] = lambda: dict
    apart: Mapping[str, float] = field(default_factory=dict)

    def measure(
        self, benchmark: Benchmark, driver: Driver, head: str, base: str | None, *, anchor: str | None = None,
        quick: bool = False, false_alarms: float = FALSE_ALARMS,
        alarming: Callable[[Run], Collection[str]] = lambda _head: (),
    ) -> Measurement:  # fmt: skip
        """Measure `head`, and `base` and `anchor` beside it, in turn.

        When one of those cannot be set up or run, the others are measured without it and the note says why: a broken
        past is no reason to know nothing of the present. When `base` is `head`, the commit is measured in two trees.
        `false_alarms`: how often a metric that did not change may be called changed. A head with metrics that
        are `alarming` is measured again, unless they were confirmed to be slower, and its intervals then hold what both
        rounds say.

        Raises:
            BenchmarkError: when the head cannot be measured.
        """
        commits: dict[Side, str] = {"head": head}
        commits |= {"base": base} if base else {}
        commits |= {"anchor": anchor} if anchor and anchor not in (head, base) else {}
        session = Session(
            benchmark=benchmark, driver=driver, commits=commits, quick=quick, false_alarms=false_alarms,
            started=self.clock(),
        )  # fmt: skip
        self._open(session)
        inquiry = self._collect(session)
        seen = inquiry.confirmed("slower") if inquiry is not None else frozenset()
        if not session.repeats and not seen.issuperset(alarming(self._as_run(session, "head"))):
            self._again(session)
        runs = {side: self._as_run(session, side) for side in session.paths}
        return measurement_of(session, inquiry, runs, self.clock() - session.started)

    def once(self, benchmark: Benchmark, driver: Driver, commit: str) -> Sample:
        """One sample of a commit, for who asks what it is made of and not how long it takes.

        Raises:
            BenchmarkError: when it cannot be set up or run.
        """
        session = Session(
            benchmark=benchmark, driver=driver, commits={"head": commit}, quick=True, false_alarms=FALSE_ALARMS,
            started=self.clock(),
        )  # fmt: skip
        session.paths["head"] = self.builds.build(benchmark, commit, (commit,))
        self.between()
        return self._sampler.take(session, "head", free=True)

    @property
    def builds(self) -> Builds:
        """Who makes the builds that are measured."""
        return Builds(host=self.host, trees=self.trees, env=self.env, keep=self.keep)

    @property
    def _sampler(self) -> Sampler:
        return Sampler(host=self.host, env=self.env, clock=self.clock, keep=self.keep, watch=self.watch)

    def _open(self, session: Session) -> None:
        """Set every side up and warm it, the head last: what it raises ends the measurement."""
        keep = tuple(session.commits.values())
        head = session.commits["head"]
        session.samples = {side: [] for side in session.commits}
        session.paths["head"] = self.builds.build(session.benchmark, head, keep)
        for side, commit in session.commits.items():
            if side == "head":
                continue
            try:
                session.paths[side] = self.builds.build(
                    session.benchmark, commit, keep, copy=1 if commit == head else 0
                )
                self._sampler.warm(session, side)
            except BenchmarkError as error:
                session.paths.pop(side, None)
                session.notes.append(f"{side} {commit[:9]} could not be measured: {error}")
        self._sampler.warm(session, "head")

    def _change_build(self, session: Session) -> None:
        """Go on in another build of head and base, so that what is told was seen in two builds of each.

        Where there is no setup, nothing is built. One that fails leaves the first, and the note says so.
        """
        if not session.benchmark.setup or session.repeats or session.quick:
            return
        if session.spare is None:
            session.spare = self._second_build(session)
        session.spare, changed = {side: session.paths[side] for side in session.spare}, session.spare
        session.paths |= changed

    def _second_build(self, session: Session) -> dict[Side, str]:
        keep = tuple(session.commits.values())
        first, built = dict(session.paths), dict[Side, str]()
        copies = Counter(session.commits[side] for side in first)
        try:
            for side in (one for one in ("head", "base") if one in first):
                commit = session.commits[side]
                built[side] = session.paths[side] = self.builds.build(session.benchmark, commit, keep, copies[commit])
                copies[commit] += 1
                self._sampler.warm(session, side)
        except BenchmarkError as error:
            built.clear()
            session.notes.append(f"seen in one build only, a second could not be measured: {error}")
        session.paths |= first
        return built

    def _collect(self, session: Session) -> Inquiry | None:
        """Take samples until the question is answered or the time is up."""
        benchmark = session.benchmark
        least, most = session.bounds
        if "base" not in session.paths:
            self._take(session, lambda taken: taken < most and (taken < least or session.spent_s < BASELINE_S))
            return None
        margins = margins_of(benchmark, session.measures)
        inquiry = Inquiry(
            session.measures, margins, session.named, least=least, most=most, false_alarms=session.false_alarms,
            stand_ins=session.stand_ins,
            apart={name: self.apart.get(metric_id(benchmark.name, name), 0.0) for name in session.measures},
        )  # fmt: skip
        changed = False
        while (wanted := inquiry.wanted) is not None:
            if inquiry.confirming and not changed:  # once: all that follows a suspicion is of the other build
                self._change_build(session)
                changed = True
            # the look that may prove a change is reached also when the time is up: a suspicion is not left hanging
            surely = wanted if inquiry.confirming else least
            self._take(session, lambda taken: taken < wanted and (taken < surely or session.left_s > 0))  # noqa: B023  # called here
            late = session.left_s <= 0
            inquiry.look(session.samples["base"], session.samples["head"], last=late and inquiry.confirming)
            if late and not inquiry.confirming:
                break
        return inquiry

    def _take(self, session: Session, more: Callable[[int], bool]) -> None:
        """Take samples of every side in random order, as long as `more` (than so many of each) are wanted."""
        for order in in_turn(tuple(session.paths), self.draw):
            if not more(len(session.samples["head"])):
                return
            for side in order:
                self.between()
                session.samples[side].append(self._sampler.take(session, side))

    def _again(self, session: Session) -> None:
        """Measure once more, with fresh processes: what alarms people must be seen twice."""
        self._change_build(session)
        session.second = len(session.samples["head"])
        wanted = session.second + max(session.benchmark.min_samples, session.second // 2)
        self._take(session, lambda taken: taken < wanted)

    def _as_run(self, session: Session, side: Side) -> Run:
        return run_of(session, side, self.environment, lambda: new_id(self.clock(), self.draw.getrandbits(80)))
