"""Everything that must survive: one SQLite file per clone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from resonance_perf.store.candidates import Candidates
from resonance_perf.store.compared import Compared
from resonance_perf.store.database import connect, transaction
from resonance_perf.store.history import History
from resonance_perf.store.numbers import Numbers
from resonance_perf.store.outbox import Outbox
from resonance_perf.store.queue import Queue
from resonance_perf.store.results import Results


class Store:
    """The database of a clone and its rooms."""

    def __init__(self, private: str) -> None:
        self.path = os.path.join(private, "store.db")
        self._db = connect(self.path)
        self.queue = Queue(self._db)
        self.results = Results(self._db)
        self.numbers = Numbers(self._db)
        self.compared = Compared(self._db)
        self.history = History(self._db)
        self.outbox = Outbox(self._db)
        self.candidates = Candidates(self._db)

    def fact(self, key: str) -> str | None:
        """A remembered value, or None."""
        row = self._db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def remember(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        with transaction(self._db) as db:
            db.execute(
                "INSERT INTO facts VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside stands or falls together."""
        with transaction(self._db) as db:
            yield db

    def close(self) -> None:
        """Close the file."""
        self._db.close()
