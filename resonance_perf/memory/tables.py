"""Rows of markdown tables: text of cells in, one line out, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple

from resonance_perf.model.record import MemoryRow, StatusRow

LOG_HEAD = (
    "when (UTC)", "commit", "trigger", "benchmark", "metric", "before", "after", "change", "budget", "verdict", "run",
)  # fmt: skip
STATUS_HEAD = ("budget", "limit", "now", "headroom", "status", "trend", "measured")

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), ("\\", "&#92;"), ("|", "\\|"), ("`", "\\`"), ("[", "\\["), ("]", "\\]"))
_CELL = re.compile(r"(?<!\\)\|")
_UNESCAPE = re.compile(r"\\([|`\[\]])")


def line_of(cells: Sequence[str]) -> str:
    """One table line without its ending. Line breaks and control characters in a cell become spaces."""
    return "| " + " | ".join(map(escaped, cells)) + " |"


def head_of(names: Sequence[str]) -> tuple[str, str]:
    """The two lines that begin a table."""
    return line_of(names), "|" + "---|" * len(names)


def cells_of(line: str) -> tuple[str, ...]:
    """The texts of a table line's cells; () when the line is no table line."""
    bare = line.strip()
    if not bare.startswith("|"):
        return ()
    inner = bare[1:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare[1:]
    return tuple(_plain(cell.strip()) for cell in _CELL.split(inner))


def memory_line(row: MemoryRow) -> str:
    """The line of a row of the log."""
    return line_of(astuple(row))


def status_line(row: StatusRow) -> str:
    """The line of a row of the status table."""
    return line_of(astuple(row))


def escaped(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text).strip()
    for plain, escaped in _ESCAPES:
        clean = clean.replace(plain, escaped)
    return clean


def _plain(text: str) -> str:
    plain = _UNESCAPE.sub(r"\1", text)
    return plain.replace("&#92;", "\\").replace("&lt;", "<").replace("&amp;", "&")
