"""The log stays small: its oldest rows move to `memory/perf-YYYY-MM.md`; a line per benchmark stays behind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import StringIO

from resonance_perf.memory.escape import prose
from resonance_perf.memory.log import ARCHIVED, HEADING, LOG, has_row, insert_lines, row_of
from resonance_perf.memory.markers import begin, end, find_section, newline_of, refuse_conflicts, with_section
from resonance_perf.memory.tables import cells_of
from resonance_perf.model.record import MemoryRow

_MONTH = re.compile(r"\d{4}-\d{2}(?=-\d{2})")
LINKS = "Older rows: "


def split_log(text: str, keep: int, file: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """(text with at most `keep` rows, month `YYYY-MM` -> the lines that move out). Nothing moves while few enough.

    Lines move as they are, with what people added to them. What leaves is linked above the log, where one line per
    benchmark says what it was when it was last seen there.

    Raises:
        BadFileError: when the markers are damaged or a merge conflict is unresolved.
    """
    refuse_conflicts(text, file)
    section = find_section(text, LOG, file)
    if section is None:
        return text, {}
    lines = list(StringIO(text[section.start : section.end], newline=""))
    rows = {index: row for index, line in enumerate(lines) if (row := row_of(cells_of(line))) is not None}
    leaving = list(rows)[: max(0, len(rows) - keep)]
    if not leaving:
        return text, {}
    months: dict[str, list[str]] = {}
    for index in leaving:
        match = _MONTH.match(rows[index].when)
        months.setdefault(match[0] if match else "undated", []).append(lines[index].rstrip("\r\n"))
        lines[index] = ""
    shorter = text[: section.start] + "".join(lines) + text[section.end :]
    digested = _with_digest(shorter, months, [rows[index] for index in leaving], file)
    return digested, {month: tuple(found) for month, found in months.items()}


def append_archive(text: str, lines: Sequence[str], month: str) -> str:
    """The archive of a month with these lines at its end; those that are there already are not doubled.

    Raises:
        BadFileError: when the markers are damaged or a merge conflict is unresolved.
    """
    text = text or f"# Benchmarks of {month}\n\nRows that have left [the log](../02_memory.md), oldest first.\n"
    missing = []
    for line in lines:
        row = row_of(cells_of(line))
        if row is not None and not has_row(text, row):
            missing.append(line)
    if not missing:
        return text
    text, section = with_section(text, LOG, HEADING, f"perf-{month}.md")
    return insert_lines(text, section, missing)


def _with_digest(text: str, months: Mapping[str, object], gone: Sequence[MemoryRow], file: str) -> str:
    section = find_section(text, ARCHIVED, file)
    old = text[section.start : section.end].splitlines() if section else []
    linked = {found for line in old if line.startswith(LINKS) for found in re.findall(r"\[([^\]]+)\]", line)}
    links = ", ".join(f"[{month}](memory/perf-{month}.md)" for month in sorted({*linked, *months}))
    kept = {line.partition(" until ")[0]: line for line in old if line.startswith("- ")}
    for name in dict.fromkeys(row.benchmark for row in gone):
        newest = {row.metric: row for row in gone if row.benchmark == name}
        when = max(row.when for row in newest.values())
        values = ", ".join(f"{metric} {row.after}" for metric, row in newest.items())
        kept[f"- {prose(name)}"] = f"- {prose(name)} until {prose(when)}: {prose(values)}"
    nl = newline_of(text)
    body = "".join(line + nl for line in (LINKS + links, "", *(kept[key] for key in sorted(kept))))
    if section is not None:
        return text[: section.start] + body + text[section.end :]
    log = find_section(text, LOG, file)
    assert log is not None
    at = text.rfind(begin(LOG), 0, log.start)
    at = text.rfind("\n", 0, at) + 1
    return f"{text[:at]}{begin(ARCHIVED)}{nl}{body}{end(ARCHIVED)}{nl}{nl}{text[at:]}"
