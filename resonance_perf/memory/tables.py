"""Rows of markdown tables: text of cells in, one line out, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

from resonance_perf.memory.escape import cell, plain
from resonance_perf.model.record import MemoryRow, StatusRow

LOG_HEAD = (
    "when (UTC)", "commit", "trigger", "benchmark", "metric", "before", "after", "change", "budget", "verdict", "run",
)  # fmt: skip
STATUS_HEAD = ("budget", "limit", "now", "headroom", "status", "trend", "measured")

ROW_FIELDS = tuple(field.name for field in fields(MemoryRow))
STATUS_FIELDS = tuple(field.name for field in fields(StatusRow))

_CELL = re.compile(r"((?:[^|\\]|\\.?)*)(?:\||\Z)", re.S)


def line_of(cells: Sequence[str]) -> str:
    """One table line without its ending."""
    return "| " + " | ".join(map(cell, cells)) + " |"


def head_of(names: Sequence[str]) -> tuple[str, str]:
    """The two lines that begin a table."""
    return line_of(names), "|" + "---|" * len(names)


def cells_of(line: str) -> tuple[str, ...]:
    """The texts of a table line's cells; () when the line is no table line."""
    bare = line.strip(" \t\r\n")
    if not bare.startswith("|"):
        return ()
    if "\\" in bare:
        found = [match[1] for match in _CELL.finditer(bare, 1)][:-1]  # the last match is the nothing after the end
    else:
        found = bare[1:].removesuffix("|").split("|")
    return tuple(plain(one.strip(" \t")) for one in found)


def memory_line(row: MemoryRow) -> str:
    """The line of a row of the log."""
    return line_of([getattr(row, name) for name in ROW_FIELDS])


def status_line(row: StatusRow) -> str:
    """The line of a row of the status table."""
    return line_of([getattr(row, name) for name in STATUS_FIELDS])
