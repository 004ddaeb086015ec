"""The ratchet: an improvement is followed until enough runs bear it out; then its budget tightens, once.

Every step is one transaction, and begins from what is stored: it can be repeated after a crash at any moment.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from resonance_perf.app.follow import drop
from resonance_perf.app.standing import read_limits
from resonance_perf.app.triggers import is_our_commit
from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.self_check import sights
from resonance_perf.judge.sustain import TRIES, Cooling, Dropped, Lacking, settle
from resonance_perf.memory.edits import AppendRow, RecordDecision, SetBudget, edit_to_json
from resonance_perf.model.budget import BudgetShift, LimitInForce
from resonance_perf.model.candidate import Following
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job
from resonance_perf.model.sight import Sight
from resonance_perf.report.shifts import shift_decision, shift_message, shift_readings
from resonance_perf.report.words import utc
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE

TRIGGER = "ratchet"


def tend(work: Workspace, store: Store, now: float) -> tuple[str, ...]:
    """Decide what can be decided, and ask for the runs that are lacking; return what to tell people."""
    following = store.candidates.open()
    if not following:
        return ()
    round_ = _Round(work, store, now, read_limits(work)[0].in_force, sights(store.compared.self_checks()))
    told = [line for one in following for line in round_.decide(one)]
    round_.ask(store.candidates.open())
    return tuple(told)


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
            return [drop(self.store, candidate, why, self.now)]
        found = settle(
            candidate, one.witnesses, self.limits.get(candidate.key), runs=config.ratchet_runs,
            free_at=self._free_at(candidate.key), now=self.now, sight=self.seen.get(candidate.metric),
        )  # fmt: skip
        match found:
            case Dropped(why):
                return [drop(self.store, candidate, why, self.now)]
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
        return [drop(self.store, one.candidate, why, self.now)]

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
