"""SQL: files that are called queries, beside a database of SQLite that is checked in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from posixpath import basename, dirname

from resonance_perf.config.finders.found import KEY, Files, Found, flow, own, slug, texts

WANTED = re.compile(r"(?:quer|select|bench|perf|report)[^\n]*\.sql\Z", re.I)
"""Not the migrations, of which there may be hundreds."""
_DATABASE = re.compile(r"\.sqlite3?\Z", re.I)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_QUERY = re.compile(r"\s*(?:SELECT|WITH)\b(?!.*\b(?:INSERT|UPDATE|DELETE)\b)", re.I | re.S)
_LEFT_OPEN = re.compile(r"[?@$%{]|(?<!:):\w")
"""A parameter, or a template's: nobody says here what stands there."""


def find(files: Files) -> Iterator[Found]:
    """One benchmark for all queries in the folder of each such database, or in one below it."""
    databases = sorted(path for path in files if _DATABASE.search(path) and own(path))
    for database in databases:
        folder = dirname(database)
        if sum(dirname(one) == folder for one in databases) > 1:
            continue
        queries = [path for path, text in texts(files, WANTED) if _near(path, folder) and _asks(text)]
        if queries:
            keys = ("driver: sql", f"database: {json.dumps(database)}", f"queries: {flow(queries)}", "metrics:",
                    f"  vm_steps: {{budget: {KEY}_vm_steps}}", "  seq_scans: {}")  # fmt: skip
            why = f"{queries[0]}: queries beside {database}"
            yield Found(slug("sql", basename(database).partition(".")[0]), "sql", why, keys)


def _near(path: str, folder: str) -> bool:
    return folder in (dirname(path), dirname(dirname(path))) and (bool(folder) or path.count("/") < 2)


def _asks(text: str) -> bool:
    """True when all of it are queries that can be asked as they stand."""
    plain = _TEXT.sub("''", _COMMENT.sub(" ", text))
    statements = [one for one in plain.split(";") if one.strip()]
    return bool(statements) and not _LEFT_OPEN.search(plain) and all(map(_QUERY.match, statements))
