"""The connection: opened once, WAL, short transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

from resonance_perf.model.errors import ResonanceError
from resonance_perf.store.schema import migrate

_MEND = "Free space or mend the permissions; if it is damaged, move it away: the markdown keeps the history."


@contextmanager
def _said() -> Iterator[None]:
    """Turn what SQLite complains of into a sentence: a disk fails where one reads, too."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise ResonanceError(f"the store cannot be used: {error}", hint=_MEND) from error


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        with _said():
            return super().execute(sql, parameters)

    def fetchone(self) -> Any:
        with _said():
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _said():
            return super().fetchall()


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        found: sqlite3.Cursor = self.cursor().execute(sql, parameters)
        return found


def connect(path: str) -> sqlite3.Connection:
    """Open the database at `path`, making it and its folder when they are missing.

    Raises:
        ResonanceError: when it cannot be opened or is not a database.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        db = sqlite3.connect(path, timeout=10.0, isolation_level=None, factory=_Connection)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        migrate(db)
    except (OSError, sqlite3.DatabaseError, ResonanceError) as error:
        why = error.__cause__ or error
        raise ResonanceError(f"the store {path} cannot be used: {why}", hint=_MEND) from error
    return db


def next_generation(db: sqlite3.Connection) -> None:
    """Mark that what is judged has changed: remembered answers (memo.py) are void from now on."""
    db.execute(
        "INSERT INTO facts VALUES ('generation', '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing. Nested use joins the outer transaction.

    Raises:
        ResonanceError: when the database cannot take it: the disk is full, or somebody else holds it for long.
    """
    if db.in_transaction:
        yield db
        return
    try:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        raise


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:  # SQLite itself has gone back where the disk was full
        with suppress(ResonanceError):  # what made us go back says more
            db.execute("ROLLBACK")
