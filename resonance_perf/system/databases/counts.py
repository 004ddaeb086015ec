"""`python -m resonance_perf.system.databases.counts`: how often a server has executed each statement so far, as JSON.

`$RESONANCE_PERF_DATABASE` says where. Counts are never reset: they are other people's, too.
"""

from __future__ import annotations

import json
import os
import re

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.system.databases.address import is_postgres, resolved
from resonance_perf.system.databases.postgres import connected

_COUNTS = """
SELECT userid::text || '/' || queryid::text, left(query, 200), sum(calls)::bigint
FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
WHERE datname = current_database() AND query NOT LIKE '%pg_stat_statements%' AND {}
GROUP BY 1, 2
"""
_TOPLEVEL = 140000
"""From this version on, statements within functions can be told from those that clients send."""
_CONTROL = re.compile(
    r"(?:begin|start|commit|end|rollback|savepoint|release|set|reset|show|discard|deallocate)\b", re.I
)
_LACKS = (
    "pg_stat_statements is not there: put it into shared_preload_libraries, and CREATE EXTENSION pg_stat_statements"
)


def counted() -> list[tuple[str, str, int]]:
    """(key, text, calls) of every statement that is more than the control of transactions and settings.

    Raises:
        BenchmarkError: when the server does not count them.
    """
    database = resolved(os.environ["RESONANCE_PERF_DATABASE"])
    if not is_postgres(database):
        raise BenchmarkError("SQLite counts none: database must be one of PostgreSQL")
    with connected(database) as db:
        import psycopg

        try:
            rows = db.execute(_COUNTS.format("toplevel" if db.info.server_version >= _TOPLEVEL else "true")).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.ObjectNotInPrerequisiteState) as error:
            raise BenchmarkError(_LACKS) from error
    return [(key, text, calls) for key, text, calls in rows if not _CONTROL.match(text)]


def main() -> None:
    """Print them."""
    try:
        print(json.dumps({"statements": counted()}))
    except BenchmarkError as error:
        print(json.dumps({"failed": error.message}))


if __name__ == "__main__":
    main()
