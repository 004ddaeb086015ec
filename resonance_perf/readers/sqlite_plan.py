"""What the plans of SQLite say: which tables are read from end to end, and what is sorted on the way.

`statement["tables"]` tells, for every name in the plan, the table and its rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from resonance_perf.model.run import Part
from resonance_perf.model.text import shortened

LARGE = 1000
"""Rows from which on it matters whether a table is read from end to end."""
_WHOLE = re.compile(r"SCAN (?:TABLE )?(\S+)(?: AS (\S+))?$")
_AUTOMATIC = re.compile(r"SEARCH (?:TABLE )?(\S+)(?: AS (\S+))? USING AUTOMATIC")
_SORT = "USE TEMP B-TREE"
METRICS = ("seq_scans", "spills", "vm_steps", "plan_nodes")


def parts(statement: Mapping[str, Any]) -> Iterator[Part]:
    """What each metric of this statement is made of."""
    text = shortened(statement["text"])
    yield Part("vm_steps", text, float(statement["steps"]))
    for detail in statement["details"]:
        yield Part("plan_nodes", f"{detail}: {text}", 1.0)
        if detail.startswith(_SORT):
            yield Part("spills", f"{detail}: {text}", 1.0)
        whole, automatic = _WHOLE.match(detail), _AUTOMATIC.match(detail)
        found = whole or automatic
        table, rows = statement["tables"].get(found[2] or found[1], ("", 0)) if found else ("", 0)
        if rows >= LARGE:
            how = ", index made for the query" if automatic else ""
            yield Part("seq_scans", f"{table} ({rows:,} rows{how}): {text}", 1.0)
