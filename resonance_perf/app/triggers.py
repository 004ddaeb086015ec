"""From something that happened to jobs in the queue."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from resonance_perf.app.workspace import Workspace
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.config import Config
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job, JobKind
from resonance_perf.plan.affected import affected
from resonance_perf.plan.base import choose_base
from resonance_perf.store.store import Store
from resonance_perf.system.git.snapshot import snapshot

SELF_CHECK_S = 86400.0
"""How often each benchmark is compared with itself, while nothing else is to be done."""


def is_our_commit(work: Workspace, commit: str) -> bool:
    """True for the commit of a shift: its message, and nothing in it but the three files.

    A message can be copied, by hand or by a squash; what changes code is never taken for ours.
    """
    message = work.repo.message(commit)
    if not (message.startswith("perf(budget): ") and "\nPerf-Run: " in message):
        return False
    parent = work.repo.find(f"{commit}^")
    return parent is not None and all(map(work.documents.holds, work.repo.changed_paths(parent, commit)))


def by_people(work: Workspace, head: str) -> str:
    """The newest commit up to `head` that is not ours: a shift changes notes, and nothing is measured because of it."""
    while is_our_commit(work, head):
        head = work.repo.resolve(f"{head}^")
    return head


@dataclass(frozen=True, slots=True)
class Planner:
    """Turns triggers into jobs. `now` is in seconds since 1970."""

    work: Workspace
    store: Store
    config: Config
    draw: random.Random

    def head_moved(self, trigger: str, now: float) -> tuple[Job, ...]:
        """Queue what the commits since the last look can affect, at the first look since a benchmark was measured. One
        job per benchmark, for the newest commit.

        Does nothing in the middle of a rebase or the like: the end of it will be seen.
        """
        head = self.work.repo.head().commit
        if head is None or self.work.repo.busy():
            return ()
        head = by_people(self.work, head)
        key = "seen:" + self.work.repo.root
        since = self.store.fact(key)
        if since is None:
            jobs = self._since_measured(head, trigger, now)
        else:
            jobs = () if since == head else self._since(since, head, trigger, now, self.config.benchmarks)
        with self.store.transaction():
            for job in (*jobs, *self._unmeasured(head, trigger, now, planned={job.benchmark for job in jobs})):
                self.store.queue.put(job)
            self.store.remember(key, head)
        return jobs

    def saved(self, now: float) -> tuple[Job, ...]:
        """Queue quick runs of the work tree as it is, for benchmarks that ask for them."""
        head = self.work.repo.head().commit
        wanted = [one for one in self.config.benchmarks if one.quick]
        if head is None or not wanted or self.work.repo.busy():
            return ()
        hit = affected(wanted, self.work.repo.dirty_paths(), self._own())
        if not hit:
            return ()
        dirty = snapshot(self.work.repo, head)
        jobs = tuple(self._job(one, "quick", dirty, head, "save", now, None) for one in hit)
        for job in jobs:
            self.store.queue.put(job)
        return jobs

    def baselines(self, now: float) -> tuple[Job, ...]:
        """Queue a baseline of every benchmark at `HEAD`, as the schedule asks for."""
        head = self.work.repo.head().commit
        if head is None:
            return ()
        jobs = tuple(self._job(one, "baseline", head, None, "schedule", now, None) for one in self.config.benchmarks)
        for job in jobs:
            self.store.queue.put(job)
        return jobs

    def self_check(self, now: float) -> tuple[Job, ...]:
        """Queue a comparison of `HEAD` with itself for the benchmark that waits longest, once a day for each."""
        head, last = self.work.repo.head().commit, self.store.queue.last_self_checks()
        ours = [one for one in self.config.benchmarks if not one.deployed]
        due = [one for one in ours if now - last.get(one.name, 0.0) > SELF_CHECK_S]
        if head is None or not due:
            return ()
        job = self._job(min(due, key=lambda one: last.get(one.name, 0.0)), "self", head, head, "self", now, None)
        self.store.queue.put(job)
        return (job,)

    def against(self, benchmark: Benchmark, head: str, base: str | None, now: float) -> Job:
        """A job that a person asked for; it is not put into the queue. What is deployed has no base."""
        base = None if benchmark.deployed else base
        return self._job(benchmark, "commit" if base else "baseline", head, base, "command", now, None)

    def base_of(self, head: str, since: str | None = None) -> str | None:
        """The revision that `head` is measured against, by the config's rule."""
        return choose_base(self.config.baseline, head, since, self.work.repo)

    def _since_measured(self, head: str, trigger: str, now: float) -> tuple[Job, ...]:
        """What somebody measured by hand before anybody watched, and what was committed since."""
        measured = self.store.numbers.commits()
        older = [(one, measured[one.name]) for one in self.config.benchmarks if one.name in measured]
        return tuple(
            job
            for one, commit in older
            if commit != head and self.work.repo.holds(head, commit)
            for job in self._since(commit, head, trigger, now, (one,))
        )

    def _since(
        self, since: str, head: str, trigger: str, now: float, benchmarks: Sequence[Benchmark]
    ) -> tuple[Job, ...]:
        if self.work.repo.holds(since, head):
            self.store.results.stand_again(head, now)  # back at what was there before: nothing is new
            return ()
        jobs = []
        for one in benchmarks:
            start = self.store.queue.pending_since(one.name, "commit") or since
            base = self.base_of(head, start)
            if base is None:
                continue
            if affected([one], self.work.repo.changed_paths(base, head), self._own()):
                jobs.append(self._job(one, "commit", head, base, trigger, now, start))
        return tuple(jobs)

    def _unmeasured(self, head: str, trigger: str, now: float, planned: set[str]) -> tuple[Job, ...]:
        known = {*self.store.numbers.benchmarks(), *self.store.queue.last_failures(), *planned}
        missing = [one for one in self.config.benchmarks if one.name not in known]
        return tuple(self._job(one, "baseline", head, None, trigger, now, None) for one in missing)

    def _own(self) -> tuple[str, ...]:
        return (self.config.state_dir, self.work.config_name)

    def _job(
        self, one: Benchmark, kind: JobKind, head: str, base: str | None, trigger: str, now: float, since: str | None
    ) -> Job:
        id_ = new_id(now, self.draw.getrandbits(80))
        now += 1e-6 * self.config.benchmarks.index(one)  # what comes at once runs in the config's order
        return Job(
            id=id_, benchmark=one.name, kind=kind, head=head, base=base, trigger=trigger, created_at=now, since=since
        )
