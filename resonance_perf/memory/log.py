"""`02_memory.md`: the log grows at its end, by line scan only, and old rows move to a file per month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from io import StringIO

from resonance_perf.memory.markers import Section, begin, end, find_section, newline_of, with_section
from resonance_perf.memory.tables import LOG_HEAD, cells_of, head_of, memory_line
from resonance_perf.model.record import MemoryRow

LOG, ARCHIVED = "log", "archived"
HEADING = "## Benchmark log"
WHOLE_SCAN = 1_000_000
"""Above this many characters the section is found from the end of the text: the log is at the end and long."""


def append_row(text: str, row: MemoryRow, file: str) -> str:
    """The text with the row at the end of the log; unchanged when the row's run and metric are there already."""
    if has_row(text, row):
        return text
    text, section = _section(text, file)
    nl = newline_of(text)
    inside = text[section.start : section.end]
    lines = [memory_line(row)]
    if not any(cells_of(line)[:2] == LOG_HEAD[:2] for line in inside.splitlines()[:20]):
        lines = [*head_of(LOG_HEAD), *lines]
    return text[: section.end] + "".join(line + nl for line in lines) + text[section.end :]


def has_row(text: str, row: MemoryRow) -> bool:
    """True when a line of the text is this run's row of this metric, whatever people added to it."""
    at = text.find(row.run)
    while row.run and at >= 0:
        start = text.rfind("\n", 0, at) + 1
        stop = text.find("\n", at)
        cells = cells_of(text[start : stop if stop >= 0 else len(text)])
        if len(cells) >= len(LOG_HEAD) and (cells[3], cells[4], cells[10]) == (row.benchmark, row.metric, row.run):
            return True
        at = text.find(row.run, at + 1)
    return False


def read_log(text: str, file: str) -> tuple[MemoryRow, ...]:
    """The rows of the log in their order. Repeated headers and rows, as union merges leave them, are passed over."""
    section = find_section(text, LOG, file)
    found: dict[tuple[str, str, str], MemoryRow] = {}
    for row in _rows(text[section.start : section.end] if section else ""):
        found.setdefault((row.run, row.benchmark, row.metric), row)
    return tuple(found.values())


def split_log(text: str, keep: int, file: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """(text with at most `keep` rows, month `YYYY-MM` -> the lines that move out). Nothing moves while few enough.

    What leaves is linked above the log, with one line per benchmark that says when it was last seen there.
    """
    section = find_section(text, LOG, file)
    if section is None:
        return text, {}
    lines = list(StringIO(text[section.start : section.end], newline=""))
    at_rows = [index for index, line in enumerate(lines) if _row_of(line) is not None]
    leaving = at_rows[: max(0, len(at_rows) - keep)]
    if not leaving:
        return text, {}
    months: dict[str, list[str]] = {}
    digest: dict[str, MemoryRow] = {}
    for index in leaving:
        row = _row_of(lines[index])
        assert row is not None
        months.setdefault(row.when[:7], []).append(lines[index].rstrip("\r\n"))
        digest[row.benchmark] = row
    gone = set(leaving)
    rest = "".join(line for index, line in enumerate(lines) if index not in gone)
    shorter = text[: section.start] + rest + text[section.end :]
    return _with_links(shorter, months, digest, file), {month: tuple(rows) for month, rows in months.items()}


def append_archive(text: str, lines: tuple[str, ...], month: str) -> str:
    """The archive of a month with these lines at its end; those that are there already are not doubled."""
    file = f"perf-{month}.md"
    text = text or f"# Benchmarks of {month}\n"
    for line in lines:
        row = _row_of(line)
        if row is None or has_row(text, row):
            continue
        text, section = with_section(text, LOG, HEADING, file)
        nl = newline_of(text)
        head = "" if text[section.start : section.end].strip() else "".join(one + nl for one in head_of(LOG_HEAD))
        text = text[: section.end] + head + line + nl + text[section.end :]
    return text


def _with_links(text: str, months: dict[str, list[str]], digest: dict[str, MemoryRow], file: str) -> str:
    section = find_section(text, ARCHIVED, file)
    old = text[section.start : section.end].splitlines() if section else []
    kept = {line.partition(":")[0]: line for line in old if line.startswith("- ")}
    for month in months:
        kept[f"- [{month}](memory/perf-{month}.md)"] = f"- [{month}](memory/perf-{month}.md)"
    for name, row in digest.items():
        key = f"- {cells_escape(name)}"
        kept[key] = f"{key}: last archived {row.metric} {row.after} on {row.when} ({row.run})"
    nl = newline_of(text)
    body = "".join(kept[key] + nl for key in sorted(kept))
    if section is not None:
        return text[: section.start] + body + text[section.end :]
    log = text.index(begin(LOG))
    return f"{text[:log]}{begin(ARCHIVED)}{nl}{body}{end(ARCHIVED)}{nl}{nl}{text[log:]}"


def cells_escape(text: str) -> str:
    """A name as it may stand in a line of text."""
    return text.replace(":", "-").replace("\n", " ")


def _section(text: str, file: str) -> tuple[str, Section]:
    if len(text) > WHOLE_SCAN:
        close = text.rfind("\n" + end(LOG))
        if close >= 0 and begin(LOG) in text:
            return text, Section(text.index(begin(LOG)) + len(begin(LOG)) + 1, close + 1)
    return with_section(text, LOG, HEADING, file)


def _rows(inside: str) -> Iterator[MemoryRow]:
    for line in StringIO(inside, newline=""):
        row = _row_of(line)
        if row is not None:
            yield row


def _row_of(line: str) -> MemoryRow | None:
    cells = cells_of(line)
    if len(cells) < len(LOG_HEAD) or cells[0] == LOG_HEAD[0] or set(cells[0]) <= set("-: "):
        return None
    return MemoryRow(**dict(zip((field.name for field in fields(MemoryRow)), cells, strict=False)))
