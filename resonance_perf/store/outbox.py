"""What is measured but not yet written down: replayed after a crash, each entry idempotent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resonance_perf.store.database import transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to deliver: `kind` says how, `body` what; `waits` says why it could not be delivered yet."""

    id: int
    job: str
    kind: str
    body: Mapping[str, Any]
    waits: str


class Outbox:
    """The open entries, in order."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, job: str, kind: str, body: Mapping[str, object]) -> None:
        """Add an entry."""
        with transaction(self._db) as db:
            db.execute("INSERT INTO outbox (job, kind, body) VALUES (?, ?, ?)", (job, kind, json.dumps(body)))

    def open_entries(self) -> tuple[Entry, ...]:
        """What is still to be delivered, oldest first."""
        rows = self._db.execute("SELECT id, job, kind, body, waits FROM outbox WHERE NOT done ORDER BY id")
        return tuple(Entry(id_, job, kind, json.loads(body), waits) for id_, job, kind, body, waits in rows)

    def newest_delivered(self, most: int) -> tuple[Entry, ...]:
        """The last ones that were delivered, oldest first."""
        rows = self._db.execute("SELECT id, job, kind, body FROM outbox WHERE done ORDER BY id DESC LIMIT ?", (most,))
        return tuple(Entry(id_, job, kind, json.loads(body), "") for id_, job, kind, body in rows)[::-1]

    def done(self, entry: Entry) -> None:
        """Mark an entry as delivered."""
        with transaction(self._db) as db:
            db.execute("UPDATE outbox SET done = 1, waits = '' WHERE id = ?", (entry.id,))

    def wait(self, entry: Entry, why: str) -> None:
        """Leave an entry for later, and say why."""
        with transaction(self._db) as db:
            db.execute("UPDATE outbox SET waits = ? WHERE id = ?", (why, entry.id))
