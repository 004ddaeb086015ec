"""Which run a person means who asks for an explanation."""

from __future__ import annotations

import sqlite3

from resonance_perf.store.encode import comparison_from_text

_ROWS = (
    "SELECT c.head, c.body FROM comparisons c JOIN runs r ON r.id = c.head LEFT JOIN jobs j ON j.id = r.job"
    " WHERE coalesce(j.kind, 'commit') NOT IN ('self', 'bisect', 'sustain')"
)


class Compared:
    """The runs that were compared with their base."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

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
