"""sql: statements on SQLite or PostgreSQL, each timed and explained.

The work is a program of ours, `system/databases`. What it is asked lies in a file, and only the names of SQL files are
words of its command: so `trust` covers them, and no connection string is seen in a list of processes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.address import holds_password
from resonance_perf.model.benchmark import ToolSettings
from resonance_perf.model.driving import Key, Program

KEYS: Mapping[str, Key] = {
    "database": Key(
        kind="text", example="postgresql:///shop",
        means="a file of SQLite, a connection string of PostgreSQL, or where that stands: env:NAME, file:PATH",
    ),
    "queries": Key(
        kind="texts", means="statements, and names of files that end in .sql", example='["SELECT count(*) FROM orders"]'
    ),
    "before": Key(
        kind="texts", means="the same, run first and undone with the rest, such as migrations", default=(),
        example='["migrations/7.sql"]',
    ),
    "repeat": Key(kind="whole", means="how often they are timed once they are warm", example="5", default=5),
    "limit": Key(kind="duration", means="how long PostgreSQL works on one statement", example="30s", default=30.0),
    "writes": Key(
        kind="flag", means="statements may write; what they wrote is undone", example="true", default=False
    ),
}  # fmt: skip
PROGRAM = Program(name="resonance-perf", install='for PostgreSQL: pip install "resonance-perf[postgres]"')
COUNTS = ("rows", "seq_scans", "spills", "plan_nodes", "vm_steps", "buffers", "rows_scanned", "misestimate")
METRICS = ("time", *COUNTS)
RESULT = "sql.json"


def tool(given: Mapping[str, Any], metrics: Sequence[str]) -> ToolSettings:  # noqa: ARG001  # all come at once
    """See `Tooling`."""
    if not given["queries"]:
        raise ValueError("has no queries")
    if holds_password(given["database"]):
        raise ValueError("has a password in its database: write env:NAME, and pass NAME on in env")
    files = [one for one in (*given["before"], *given["queries"]) if one.endswith(".sql")]
    ours = ("{python}", "-P", "-m", "resonance_perf.system.databases")
    return ToolSettings(
        tool="sql", provided=(("asked.json", json.dumps(dict(given))),), result=RESULT, exact=COUNTS,
        command=(*ours, "{given}/asked.json", f"{{out}}/{RESULT}", *files),
    )  # fmt: skip
