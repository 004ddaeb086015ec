"""Comparisons: which runs have one, what they found."""

from __future__ import annotations

import sqlite3

from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.store.encode import comparison_from_text

_ROWS = (
    "SELECT c.head, c.body FROM comparisons c JOIN runs r ON r.id = c.head LEFT JOIN jobs j ON j.id = r.job"
    " WHERE coalesce(j.kind, 'commit') NOT IN ('self', 'bisect', 'sustain')"
)


class Compared:
    """The runs that were compared with their base."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, head: str) -> dict[str, Comparison]:
        """The comparisons of the run `head`, by metric."""
        rows = self._db.execute("SELECT metric, body FROM comparisons WHERE head = ?", (head,))
        return {metric: comparison_from_text(body) for metric, body in rows}

    def newest(self, benchmark: str) -> str | None:
        """The newest run of a benchmark that has a base."""
        rows = self._db.execute(f"{_ROWS} AND c.benchmark = ? ORDER BY c.at DESC, c.head DESC LIMIT 1", (benchmark,))
        row = rows.fetchone()
        return row[0] if row else None

    def last_alarm(self) -> str | None:
        """The newest run in which something was slower."""
        for head, body in self._db.execute(f"{_ROWS} ORDER BY c.at DESC, c.head DESC"):
            if comparison_from_text(body).verdict == "slower":
                return str(head)
        return None

    def heads_of(self, base: str) -> tuple[str, ...]:
        """The runs that were compared with the run `base`."""
        rows = self._db.execute("SELECT DISTINCT head FROM comparisons WHERE base = ? ORDER BY head", (base,))
        return tuple(row[0] for row in rows)

    def same_content(self, benchmark: str, head: str, base: str, environment: str) -> tuple[str, str] | None:
        """(run, its commit) of the newest standing run of content `head` that was compared with content `base`."""
        row = self._db.execute(
            "SELECT h.id, h.commit_id FROM runs h JOIN comparisons c ON c.head = h.id JOIN runs b ON b.id = c.base"
            " WHERE h.benchmark = ? AND h.content = ? AND h.standing AND b.content = ? AND h.environment = ?"
            " ORDER BY h.started_at DESC LIMIT 1",
            (benchmark, head, base, environment),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def told_at(self, head: str) -> tuple[Comparison, ...]:
        """What jobs of the queue found on the commit `head` by now; what a person asked for is a run of its own."""
        rows = self._db.execute(
            "SELECT c.body FROM comparisons c JOIN runs r ON r.id = c.head JOIN jobs j ON j.id = r.job"
            " WHERE r.commit_id = ? AND r.standing AND j.kind = 'commit' AND j.trigger != 'command'",
            (head,),
        )
        return tuple(comparison_from_text(body) for (body,) in rows)

    def self_checks(self, most: int = 1000) -> tuple[Comparison, ...]:
        """The newest comparisons of a commit with itself."""
        rows = self._db.execute(
            "SELECT c.body FROM jobs j JOIN runs r ON r.job = j.id JOIN comparisons c ON c.head = r.id"
            " WHERE j.kind = 'self' AND j.state = 'done' ORDER BY j.created_at DESC LIMIT ?",
            (most,),
        )
        return tuple(comparison_from_text(row[0]) for row in rows)

    def verdicts(self, benchmark: str) -> dict[str, list[Verdict]]:
        """Metric -> the verdicts of all comparisons of standing runs of a benchmark."""
        rows = self._db.execute(
            "SELECT c.metric, c.body FROM comparisons c JOIN runs r ON r.id = c.head"
            " WHERE r.benchmark = ? AND r.standing",
            (benchmark,),
        )
        found: dict[str, list[Verdict]] = {}
        for metric, body in rows:
            found.setdefault(metric, []).append(comparison_from_text(body).verdict)
        return found
