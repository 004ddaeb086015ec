"""Everything that must survive: one SQLite file per clone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from resonance_perf.store.database import connect, transaction

if TYPE_CHECKING:
    from resonance_perf.store.candidates import Candidates
    from resonance_perf.store.compared import Compared
    from resonance_perf.store.history import History
    from resonance_perf.store.numbers import Numbers
    from resonance_perf.store.outbox import Outbox
    from resonance_perf.store.queue import Queue
    from resonance_perf.store.results import Results


class Store:
    """The database of a clone and its rooms; each is loaded when it is first entered."""

    def __init__(self, private: str) -> None:
        self.path = os.path.join(private, "store.db")
        self._db = connect(self.path)

    @cached_property
    def queue(self) -> Queue:
        """The jobs that wait, run or are done."""
        from resonance_perf.store.queue import Queue

        return Queue(self._db)

    @cached_property
    def results(self) -> Results:
        """What was measured, as it is kept."""
        from resonance_perf.store.results import Results

        return Results(self._db)

    @cached_property
    def numbers(self) -> Numbers:
        """Where the code stands."""
        from resonance_perf.store.numbers import Numbers

        return Numbers(self._db)

    @cached_property
    def compared(self) -> Compared:
        """What was compared, and what came out."""
        from resonance_perf.store.compared import Compared

        return Compared(self._db)

    @cached_property
    def history(self) -> History:
        """What was measured over time."""
        from resonance_perf.store.history import History

        return History(self._db)

    @cached_property
    def outbox(self) -> Outbox:
        """What is still to be written."""
        from resonance_perf.store.outbox import Outbox

        return Outbox(self._db)

    @cached_property
    def candidates(self) -> Candidates:
        """Improvements that may tighten a budget."""
        from resonance_perf.store.candidates import Candidates

        return Candidates(self._db)

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
