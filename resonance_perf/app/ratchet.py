"""The ratchet: an improvement is followed until enough runs bear it out; then its budget tightens, once.

Every step is one transaction, and begins from what is stored: it can be repeated after a crash at any moment.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from math import ceil

from resonance_perf.app.standing import read_limits
from resonance_perf.app.triggers import is_our_commit
from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.estimate import least_values
from resonance_perf.compare.self_check import sights
from resonance_perf.drivers import DRIVERS
from resonance_perf.judge.sustain import TRIES, Cooling, Dropped, Ignored, Lacking, settle, weigh
from resonance_perf.memory.edits import AppendRow, RecordDecision, SetBudget, edit_to_json
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.budget import BudgetShift, LimitInForce
from resonance_perf.model.candidate import Candidate, Following
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job
from resonance_perf.model.run import Run
from resonance_perf.model.sight import Sight
from resonance_perf.pipeline import Result
from resonance_perf.report.records import utc
from resonance_perf.report.shifts import shift_decision, shift_message, shift_readings
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE

TRIGGER = "ratchet"
FULL_LENGTH = ("commit", "baseline", "sustain")
"""The kinds of runs that can count: a quick run, a bisection or a self-check never does."""
SPARE = 1.1
"""A run aims at so many times the requests that a percentile needs: not every sample has equally many."""


def follow(work: Workspace, store: Store, result: Result, *, standing: bool) -> tuple[str, ...]:
    """Take in a result, inside the transaction that stores it; return what to tell people.

    It may count for improvements before it, or speak against them, and begin one itself.
    """
    head, job = result.measurement.head, result.job
    told = []
    compared = {one.metric: one for one in result.measurement.comparisons}
    new = {one.key for one in result.candidates}
    for one in store.candidates.open(job.benchmark) if job.kind in FULL_LENGTH else ():
        candidate = one.candidate
        if candidate.key in new or not _is_later(work, candidate, head, standing=standing or job.kind == "sustain"):
            continue
        match weigh(candidate, head, compared.get(candidate.change.metric), result.judgements):
            case Dropped(why):
                told.append(_drop(store, candidate, why, head.started_at))
            case Ignored(why):
                store.candidates.say(candidate, f"the last one did not count: {why}")
                told.append(f"it does not count for {candidate.key}: {why}")
            case witness:
                store.candidates.bear_out(candidate, witness)
                count = min(len(one.witnesses) + 1, work.config.ratchet_runs)
                told.append(f"{candidate.key} has {count} of {work.config.ratchet_runs} runs")
    for fresh in result.candidates:
        store.candidates.put(replace(fresh, content=head.content))
    return tuple(told)


def tend(work: Workspace, store: Store, now: float) -> tuple[str, ...]:
    """Decide what can be decided, and ask for the runs that are lacking; return what to tell people."""
    following = store.candidates.open()
    if not following:
        return ()
    round_ = _Round(work, store, now, read_limits(work)[0].in_force, sights(store.compared.self_checks()))
    told = [line for one in following for line in round_.decide(one)]
    round_.ask(store.candidates.open())
    return tuple(told)


def samples_wanted(store: Store, benchmark: Benchmark) -> int:
    """How many samples a run takes that is to bear out the open improvements of a benchmark.

    Half of what the comparison took on each side; more where a percentile needs it.
    """
    wanted, measures = benchmark.min_samples, DRIVERS[benchmark.driver].measures(benchmark)
    for one in store.candidates.open(benchmark.name):
        change = one.candidate.change
        quantile = measures[change.metric].quantile if change.metric in measures else None
        run = store.results.run(one.candidate.run)
        estimate = run.estimate(change.metric) if run is not None else None
        wanted = max(wanted, ceil(change.pairs / 2))
        if quantile and run is not None and estimate is not None:
            each = estimate.n / len(run.samples)
            wanted = max(wanted, ceil(SPARE * least_values(quantile) / each))
    return wanted


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at all that is open, with the limits in force and what this machine can see."""

    work: Workspace
    store: Store
    now: float
    limits: Mapping[str, LimitInForce]
    seen: Mapping[str, Sight]

    def decide(self, one: Following) -> list[str]:
        candidate, config = one.candidate, self.work.config
        if config.benchmark(candidate.benchmark) is None:
            why = f"the config has no benchmark {candidate.benchmark} any more"
            return [_drop(self.store, candidate, why, self.now)]
        found = settle(
            candidate, one.witnesses, self.limits.get(candidate.key), runs=config.ratchet_runs,
            free_at=self._free_at(candidate.key), now=self.now, sight=self.seen.get(candidate.metric),
        )  # fmt: skip
        match found:
            case Dropped(why):
                return [_drop(self.store, candidate, why, self.now)]
            case Lacking(runs):
                return self._give_up(one, runs)
            case Cooling(shift, until):
                return self._hold_back(one, shift, until)
            case shift:
                self._shift(one, shift)
                return []

    def ask(self, following: Iterable[Following]) -> None:
        """Queue the next run of every benchmark that lacks one, and no other."""
        lacking: dict[str, list[Following]] = {}
        for one in following:
            if len(one.witnesses) < self.work.config.ratchet_runs:
                lacking.setdefault(one.candidate.benchmark, []).append(one)
        open_ = {job.benchmark for job in self.store.queue.open_jobs() if job.kind == "sustain"}
        for benchmark in open_ - lacking.keys():
            self.store.queue.withdraw(benchmark, "sustain")
        for benchmark in lacking.keys() - open_:
            with self.store.transaction():
                for one in lacking[benchmark]:
                    self.store.candidates.tried(one.candidate)
                self.store.queue.put(self._job(benchmark, lacking[benchmark][-1].candidate.commit))

    def _job(self, benchmark: str, commit: str) -> Job:
        return Job(
            id=new_id(self.now, random.getrandbits(80)), benchmark=benchmark, kind="sustain", head=commit, base=None,
            trigger=TRIGGER, created_at=self.now, due=self.now + self.work.config.ratchet_pause_s,
        )  # fmt: skip

    def _give_up(self, one: Following, lacking: int) -> list[str]:
        runs = self.work.config.ratchet_runs
        asked = any(
            job.kind == "sustain" and job.benchmark == one.candidate.benchmark for job in self.store.queue.open_jobs()
        )
        if asked or one.tries < TRIES * runs:
            return []
        why = f"only {runs - lacking} of {runs} runs could be counted" + (f"; {one.said}" if one.said else "")
        return [_drop(self.store, one.candidate, why, self.now)]

    def _hold_back(self, one: Following, shift: BudgetShift, until: float) -> list[str]:
        step = f"{shift.key} can tighten {shift.old} → {shift.new}"
        line = f"{step}, but it moved a short while ago: that waits until {utc(until)} UTC (ratchet.cooldown)"
        if one.said == line:
            return []
        self.store.candidates.say(one.candidate, line)
        return [line]

    def _free_at(self, key: str) -> float:
        """When the limit may move again by itself: some time after we, or people with an approval, moved it."""
        limit, last = self.limits.get(key), self.store.candidates.last_shift(key)
        if limit is not None and limit.commit and (limit.approved_by or is_our_commit(self.work, limit.commit)):
            last = max(last, self.work.repo.committed_at(limit.commit))
        return last + self.work.config.ratchet_cooldown_s if last else 0.0

    def _shift(self, one: Following, shift: BudgetShift) -> None:
        """Store the decision and all that is to be written because of it, in one transaction."""
        candidate, path = one.candidate, self.work.documents.path
        decision = shift_decision(shift, candidate, one.witnesses)
        body = {
            "id": candidate.id, "key": shift.key, "old": shift.old, "new": shift.new,
            "message": shift_message(shift, candidate, one.witnesses), "commit": candidate.commit,
            "ratchet": self.limits[shift.key].budget.ratchet, "benchmark": candidate.benchmark,
            "content": candidate.content,
            "readings": [asdict(found) for found in shift_readings(shift, candidate, one.witnesses)],
            "files": {
                path(STATE): [edit_to_json(SetBudget(shift.key, shift.old, shift.new))],
                path(SOUL): [edit_to_json(RecordDecision(decision))],
                path(MEMORY): [edit_to_json(AppendRow(row)) for row in candidate.rows],
            },
        }  # fmt: skip
        with self.store.transaction():
            if self.store.candidates.end(candidate, "shifted", self.now):
                self.store.outbox.put(candidate.id, "shift", body)


def _is_later(work: Workspace, candidate: Candidate, run: Run, *, standing: bool) -> bool:
    """True for a run that says where the branch stands, of the candidate's content or of a commit that holds it."""
    if not standing:
        return False
    if run.commit == candidate.commit or (run.content and run.content == candidate.content):
        return True
    return work.repo.holds(run.commit, candidate.commit)


def _drop(store: Store, candidate: Candidate, why: str, now: float) -> str:
    store.candidates.end(candidate, "dropped", now)
    return f"{candidate.key} does not tighten: {why}"
