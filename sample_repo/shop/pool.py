"""Connections to the database, lent to one thread at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

from shop import schema


class Pool:
    """Lends read-only connections; sqlite3.OperationalError if the database cannot be opened.

    The connection that came back last goes out first: its page cache is the warm one, whoever had it before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = schema.open_readonly(self._path)
        try:
            yield db
        finally:
            self._idle.put(db)

    def close(self) -> None:
        """Closes what is not lent."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
