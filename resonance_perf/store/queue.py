"""The durable queue: one pending job per benchmark and kind, whatever happened how often."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from resonance_perf.model.job import Job
from resonance_perf.store.database import next_generation, transaction

MOST_ATTEMPTS = 3
"""A job that was running this many times when the daemon died is given up: it may be what kills it."""

_COLUMNS = "id, benchmark, kind, head, base, trigger, created_at, since, state, attempts, error, due"
_FIRST = (
    "CASE kind WHEN 'quick' THEN 0 WHEN 'commit' THEN 1 WHEN 'baseline' THEN 2 WHEN 'bisect' THEN 3"
    " WHEN 'sustain' THEN 4 ELSE 5 END,"
    " created_at"
)


class Queue:
    """Jobs in the store."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, job: Job) -> None:
        """Add a job, or move the pending one of this benchmark and kind on to the newer head.

        The older `since` stays: the coalesced changes are measured as one. A change is measured with its base, so
        that a baseline that still waits is not needed any more.
        """
        with transaction(self._db) as db:
            if job.kind == "commit":
                db.execute(
                    "DELETE FROM jobs WHERE benchmark = ? AND kind = 'baseline' AND state = 'pending'", (job.benchmark,)
                )
            db.execute(
                "INSERT INTO jobs (id, benchmark, kind, head, base, trigger, created_at, since, due, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')"
                " ON CONFLICT (benchmark, kind) WHERE state = 'pending' DO UPDATE SET"
                " head = excluded.head, base = excluded.base, trigger = excluded.trigger",
                (job.id, job.benchmark, job.kind, job.head, job.base, job.trigger, job.created_at, job.since,
                 job.due),
            )  # fmt: skip

    def enter(self, job: Job) -> None:
        """Add a job that was done without waiting in the queue, so that its end can be noted as that of any other."""
        with transaction(self._db) as db:
            db.execute(
                "INSERT OR IGNORE INTO jobs (id, benchmark, kind, head, base, trigger, created_at, since, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'measured')",
                (job.id, job.benchmark, job.kind, job.head, job.base, job.trigger, job.created_at, job.since),
            )

    def pending_since(self, benchmark: str, kind: str) -> str | None:
        """Where the branch stood before the pending job of this benchmark, or None."""
        row = self._db.execute(
            "SELECT since FROM jobs WHERE benchmark = ? AND kind = ? AND state = 'pending'", (benchmark, kind)
        ).fetchone()
        return row[0] if row else None

    def next_due(self) -> float | None:
        """When the next job may be taken, in seconds since 1970; None when none waits."""
        found: float | None = self._db.execute("SELECT MIN(due) FROM jobs WHERE state = 'pending'").fetchone()[0]
        return found

    def withdraw(self, benchmark: str, kind: str) -> None:
        """Remove the pending job of this benchmark and kind, if there is one: it is not needed any more."""
        with transaction(self._db) as db:
            db.execute("DELETE FROM jobs WHERE benchmark = ? AND kind = ? AND state = 'pending'", (benchmark, kind))

    def take(self, now: float) -> Job | None:
        """The next job, marked as running; what a person waits for comes first."""
        with transaction(self._db) as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE state = 'pending' AND due <= ? ORDER BY {_FIRST} LIMIT 1", (now,)
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = ? WHERE id = ?", (now, row[0])
            )
        return _job(row)

    def give_back(self, job: Job, *, count: bool = False) -> None:
        """Put a running job back; `count` keeps the attempt on its account."""
        with transaction(self._db) as db:
            newer = db.execute(
                "SELECT id FROM jobs WHERE benchmark = ? AND kind = ? AND state = 'pending'", (job.benchmark, job.kind)
            ).fetchone()
            if newer is None:
                db.execute(
                    "UPDATE jobs SET state = 'pending', attempts = attempts - ? WHERE id = ?",
                    (0 if count else 1, job.id),
                )
            else:  # a newer change waits already: it takes over from where this one started
                db.execute("UPDATE jobs SET since = COALESCE(?, since) WHERE id = ?", (job.since, newer[0]))
                db.execute("DELETE FROM jobs WHERE id = ?", (job.id,))

    def recover(self) -> tuple[Job, ...]:
        """After a crash: jobs that were running go back to the queue; those given up are returned as failed."""
        lost = []
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE state = 'running'").fetchall():
            job = _job(row)
            if job.attempts >= MOST_ATTEMPTS:
                self.fail(job, f"the daemon died {job.attempts} times while this ran", 0.0)
                lost.append(job)
            else:
                self.give_back(job, count=True)
        return tuple(lost)

    def fail(self, job: Job, error: str, now: float) -> None:
        """End a job that could not be measured."""
        with transaction(self._db) as db:
            next_generation(db)
            db.execute(
                "UPDATE jobs SET state = 'failed', error = ?, finished_at = ? WHERE id = ?", (error, now, job.id)
            )

    def done(self, job_id: str, now: float) -> None:
        """End a job whose result is stored."""
        with transaction(self._db) as db:
            next_generation(db)
            db.execute("UPDATE jobs SET state = 'done', finished_at = ? WHERE id = ?", (now, job_id))

    def open_jobs(self) -> tuple[Job, ...]:
        """Running and waiting jobs, in the order in which they will run."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE state IN ('running', 'pending') ORDER BY state = 'pending', {_FIRST}"
        )
        return tuple(_job(row) for row in rows)

    def benchmarks_at(self, head: str) -> tuple[str, ...]:
        """The benchmarks that were, are or will be measured for the change that ends in `head`."""
        rows = self._db.execute(
            "SELECT DISTINCT benchmark FROM jobs WHERE head = ? AND kind = 'commit' AND trigger != 'command'", (head,)
        )
        return tuple(row[0] for row in rows)

    def last_self_checks(self) -> dict[str, float]:
        """benchmark -> when it was last compared with itself, in seconds since 1970."""
        rows = self._db.execute("SELECT benchmark, MAX(created_at) FROM jobs WHERE kind = 'self' GROUP BY benchmark")
        return dict(rows.fetchall())

    def last_end(self) -> float:
        """When the newest job ended, in seconds since 1970; 0 when none has."""
        found: float = self._db.execute("SELECT COALESCE(MAX(finished_at), 0) FROM jobs").fetchone()[0]
        return found

    def last_failures(self) -> dict[str, str]:
        """benchmark -> why its newest finished job failed, for those whose newest one did."""
        rows = self._db.execute(
            "SELECT benchmark, state, error, MAX(COALESCE(finished_at, created_at)) FROM jobs"
            " WHERE state IN ('done', 'failed') AND kind IN ('commit', 'baseline') GROUP BY benchmark"
        )
        return {benchmark: error for benchmark, state, error, _ in rows if state == "failed"}

    def failures_at(self, commits: Collection[str]) -> dict[str, str]:
        """benchmark -> why its newest finished job on one of these commits failed, for those whose newest one did."""
        rows = self._db.execute(
            "SELECT benchmark, state, error, MAX(COALESCE(finished_at, created_at)) FROM jobs"
            " WHERE state IN ('done', 'failed') AND kind IN ('commit', 'baseline')"
            f" AND head IN ({', '.join('?' * len(commits))}) GROUP BY benchmark",
            tuple(commits),
        )
        return {benchmark: error for benchmark, state, error, _ in rows if state == "failed"}


def _job(row: tuple[str, ...]) -> Job:
    id_, benchmark, kind, head, base, trigger, created_at, since, state, attempts, error, due = row
    return Job(
        id=id_, benchmark=benchmark, kind=kind, head=head, base=base, trigger=trigger,  # type: ignore[arg-type]  # our own column
        created_at=float(created_at), since=since, state=state, attempts=int(attempts), error=error, due=float(due),  # type: ignore[arg-type]  # our own column
    )  # fmt: skip
