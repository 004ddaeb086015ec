"""SQLite: opened for reading only; what is run before, or writes, has a copy in memory instead."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.text import shortened
from resonance_perf.system.databases.asked import Asked, timed

_COARSE = 1000
_MANY = 1_000_000
"""So many steps are counted in thousands: each is a call of ours."""
_NAMED = re.compile(r"(?:SCAN|SEARCH) (?:TABLE )?(\S+)(?: AS (\S+))?")
_FORBIDDEN = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)


def answers(asked: Asked) -> dict[str, object]:
    """The time of all statements, and rows, steps and plan of each.

    Raises:
        BenchmarkError: when one failed.
    """
    with closing(_opened(asked)) as db:
        for text in asked.before:
            _rows(db, text)
        rows, times = timed(lambda: _all(db, asked.queries), asked.repeat)
        statements = [
            {"text": text, "rows": count, "steps": _steps(db, text), **_plan(db, text)}
            for text, count in zip(asked.queries, rows, strict=True)
        ]
    return {"database": "sqlite", "version": sqlite3.sqlite_version, "times_ms": times, "statements": statements}


def _opened(asked: Asked) -> sqlite3.Connection:
    if not os.path.isfile(asked.database):
        raise BenchmarkError(f"there is no database {asked.database}: let setup make it")
    try:
        db = sqlite3.connect(f"file:{quote(asked.database)}?mode=ro", uri=True, isolation_level=None)
        if asked.before or asked.writes:
            with closing(db) as source:
                db = sqlite3.connect(":memory:", isolation_level=None)
                source.backup(db)
    except sqlite3.Error as error:
        raise BenchmarkError(f"{asked.database} cannot be opened: {error}") from error
    db.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action in _FORBIDDEN else sqlite3.SQLITE_OK)
    return db


def _all(db: sqlite3.Connection, queries: Iterable[str]) -> list[int]:
    """The rows of each."""
    with _undone(db):
        return [_rows(db, text) for text in queries]


@contextmanager
def _undone(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("SAVEPOINT ours")
    yield
    db.execute("ROLLBACK TO ours")
    db.execute("RELEASE ours")


def _rows(db: sqlite3.Connection, text: str) -> int:
    try:
        return sum(1 for _ in db.execute(text))
    except sqlite3.Error as error:
        more = "; writes: true runs it on a copy" if "readonly" in str(error) else ""
        raise BenchmarkError(f"{shortened(text)}: {error}{more}") from error


def _steps(db: sqlite3.Connection, text: str) -> int:
    coarse = _calls(db, text, _COARSE) * _COARSE
    return coarse if coarse >= _MANY else _calls(db, text, 1)


def _calls(db: sqlite3.Connection, text: str, every: int) -> int:
    calls = 0

    def called() -> int:
        nonlocal calls
        calls += 1
        return 0

    with _undone(db):
        db.set_progress_handler(called, every)
        _rows(db, text)
        db.set_progress_handler(None, 0)
    return calls


def _plan(db: sqlite3.Connection, text: str) -> dict[str, object]:
    """The lines of the plan, and the tables that it names: how they are called there -> [table, rows]."""
    details = [str(row[3]) for row in db.execute(f"EXPLAIN QUERY PLAN {text}")]
    schema = dict(db.execute("SELECT name, coalesce(sql, '') FROM sqlite_master WHERE type IN ('table', 'view')"))
    known = {name.lower(): name for name in schema}
    tables = {}
    for found in filter(None, map(_NAMED.match, details)):
        called = found[2] or found[1]
        table = known.get(found[1].lower()) or _aliased(called, known, [text, *schema.values()])
        if table:
            quoted = table.replace('"', '""')
            tables[called] = [table, db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]]
    return {"details": details, "tables": tables}


def _aliased(alias: str, known: dict[str, str], texts: Iterable[str]) -> str | None:
    """The table that is called `alias` in one of the texts: a plan tells the alias alone."""
    for text in texts:
        for found in re.finditer(rf"""(\w+)["`\]]?\s+(?:AS\s+)?["`\[]?{re.escape(alias)}\b""", text, re.IGNORECASE):
            if found[1].lower() in known:
                return known[found[1].lower()]
    return None
