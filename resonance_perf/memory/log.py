"""The log of `02_memory.md`: a table that grows at its end, found and read by line scan only."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from resonance_perf.memory.escape import cell
from resonance_perf.memory.markers import Section, begin, find_section, line_number, newline_of, with_section
from resonance_perf.memory.tables import LOG_HEAD, ROW_FIELDS, cells_of, head_of, memory_line
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.record import MemoryRow

LOG, ARCHIVED = "log", "archived"
HEADING = "## Benchmark log"


def append_row(text: str, row: MemoryRow, file: str) -> str:
    """The text with the row after the last one of the log; unchanged when it is there or has moved to an archive.

    Raises:
        BadFileError: when the markers are damaged or a merge conflict is unresolved.
    """
    if has_row(text, row):
        return text
    text, section = with_section(text, LOG, HEADING, file)
    if begin(ARCHIVED) in text and _is_older(row, text, section):
        return text
    return insert_lines(text, section, [memory_line(row)])


def insert_lines(text: str, section: Section, lines: Sequence[str]) -> str:
    """The text with table lines after the last one in the section; a section without a table gets its header."""
    nl = newline_of(text)
    last = text.rfind("\n|", section.start - 1, section.end)
    if last < 0:
        at, lines = section.end, [*head_of(LOG_HEAD), *lines]
    else:
        at = text.find("\n", last + 1) + 1
    return text[:at] + "".join(line + nl for line in lines) + text[at:]


def has_row(text: str, row: MemoryRow) -> bool:
    """True when a line of the text is this run's row of this metric, whatever people added to it."""
    run = cell(row.run)
    at = text.find(run) if run else -1
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        stop = text.find("\n", at)
        stop = stop if stop >= 0 else len(text)
        cells = cells_of(text[start:stop])
        if len(cells) >= len(LOG_HEAD) and _identity(cells) == (row.run, row.benchmark, row.metric):
            return True
        at = text.find(run, stop)
    return False


def read_log(text: str, file: str) -> tuple[tuple[MemoryRow, ...], tuple[Problem, ...]]:
    """The rows of the log in their order, and the table lines that are no rows.

    Repeated headers and rows, as union merges leave them, are passed over; what people add to a row is not read.

    Raises:
        BadFileError: when the markers are damaged.
    """
    section = find_section(text, LOG, file)
    if section is None:
        return (), ()
    found: dict[tuple[str, str, str], MemoryRow] = {}
    problems = []
    first = line_number(text, section.start)
    for number, line in enumerate(StringIO(text[section.start : section.end], newline=""), start=first):
        cells = cells_of(line)
        row = row_of(cells)
        if row is not None:
            found.setdefault((row.run, row.benchmark, row.metric), row)
        elif cells and not _is_head(cells):
            message = f"this row has {len(cells)} cells of {len(LOG_HEAD)}"
            problems.append(Problem(message, Location(file, number, 1), "Restore it from git, or remove it."))
    return tuple(found.values()), tuple(problems)


def row_of(cells: Sequence[str]) -> MemoryRow | None:
    """The row of these cells; None for headers and for what has too few cells."""
    if len(cells) < len(LOG_HEAD) or _is_head(cells):
        return None
    return MemoryRow(**dict(zip(ROW_FIELDS, cells, strict=False)))


def _is_head(cells: Sequence[str]) -> bool:
    return cells[0] == LOG_HEAD[0] or all(one and set(one) <= set("-:") for one in cells[: len(LOG_HEAD)])


def _is_older(row: MemoryRow, text: str, section: Section) -> bool:
    """True when the row is older than all that is left: an edit that is replayed after its row was archived."""
    for line in StringIO(text[section.start : section.end], newline=""):
        first = row_of(cells_of(line))
        if first is not None:
            return (row.when, row.run) < (first.when, first.run)
    return False


def _identity(cells: Sequence[str]) -> tuple[str, str, str]:
    return cells[10], cells[3], cells[4]
