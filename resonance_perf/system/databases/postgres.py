"""PostgreSQL: everything in one transaction that is read only and rolled back.

EXPLAIN ANALYZE runs what it explains. So a statement is explained without being run first, which refuses whatever is no
query, such as COMMIT or COPY; and each goes to the server as a single one, so that nothing can follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.text import shortened
from resonance_perf.system.databases.asked import Asked, timed

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

_EXPLAIN = "EXPLAIN (FORMAT JSON) "
_ANALYZE = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) "
_ENDS = re.compile(r"(?:commit|end|rollback|abort|begin|start|prepare\s+transaction)\b", re.IGNORECASE)
_CONNECT_S = 10


def answers(asked: Asked) -> dict[str, object]:
    """The time of all statements, and rows and plan of each.

    Raises:
        BenchmarkError: when one failed or was refused.
    """
    with connected(asked.database) as db:
        version = db.info.parameter_status("server_version") or ""
        db.execute("SELECT set_config('statement_timeout', %s, true)", [str(round(asked.limit_s * 1000))])
        for text in asked.before:
            if _ENDS.match(text):
                raise BenchmarkError(f"{shortened(text)}: before may not end its transaction, which is undone")
            _run(db, text)
        if not asked.writes:
            db.execute("SET TRANSACTION READ ONLY")
        for text in asked.queries:
            _run(db, _EXPLAIN, text)
        rows, times = timed(lambda: _all(db, asked.queries), asked.repeat)
        statements = [
            {"text": text, "rows": count, "plan": _analyzed(db, text)}
            for text, count in zip(asked.queries, rows, strict=True)
        ]
        db.rollback()
    return {"database": "postgres", "version": version, "times_ms": times, "statements": statements}


def connected(database: str) -> Connection:
    """A connection.

    Raises:
        BenchmarkError: when there is none to be had; without what the connection string holds.
    """
    try:
        import psycopg
    except ImportError as error:
        raise BenchmarkError('psycopg is not installed: pip install "resonance-perf[postgres]"') from error
    try:
        return psycopg.connect(database, connect_timeout=_CONNECT_S, application_name="resonance-perf")
    except psycopg.ProgrammingError as error:
        raise BenchmarkError("database is no connection string that PostgreSQL understands") from error
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[-1:]
        raise BenchmarkError(f"PostgreSQL cannot be reached: {''.join(why)}") from error


def _all(db: Connection, queries: Iterable[str]) -> list[int]:
    """The rows of each; what they write is undone."""
    with db.transaction(force_rollback=True):
        return [_count(_run(db, text)) for text in queries]


def _analyzed(db: Connection, text: str) -> object:
    with db.transaction(force_rollback=True):
        found = _run(db, _ANALYZE, text).fetchone()
    assert found is not None
    return found[0][0]["Plan"]


def _count(cursor: Cursor[Any]) -> int:
    return len(cursor.fetchall()) if cursor.description else cursor.rowcount


def _run(db: Connection, *text: str) -> Cursor[Any]:
    """Run one statement. A binary answer is asked for because several at once have none."""
    import psycopg

    try:
        return db.execute("".join(text).encode(), binary=True)
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[:1]
        refused = isinstance(error, psycopg.errors.ReadOnlySqlTransaction)
        more = "; writes: true allows it, and undoes it" if refused else ""
        raise BenchmarkError(f"{shortened(text[-1])}: {''.join(why)}{more}") from error
