"""The lines between our markers as two branches left them: rows by their run, digests by their name, status by time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resonance_perf.memory.archive import LINKS
from resonance_perf.memory.log import row_of
from resonance_perf.memory.tables import cells_of
from resonance_perf.model.record import MemoryRow

Lines = Sequence[str]
_STAMP = re.compile(r"^Newest measurement: (\S.*\S)", re.M)
_LINK = re.compile(r"\[(\d{4}-\d{2}|undated)\]")


def merge_log(base: Lines, ours: Lines, theirs: Lines) -> list[str]:
    """The log with the new rows of both sides, oldest first, behind those that were there.

    A row that one side archived is gone, unless the other wrote something to it. Of a row that both wrote to, both
    lines stay. Other lines are those of the side that changed them; when both did, ours and what is new in theirs.
    """
    old, left, right = (_by_run(lines) for lines in (base, ours, theirs))
    others = [[line for line in lines if _key(line) is None] for lines in (base, ours, theirs)]
    theirs_frames = others[1] == others[0] != others[2]
    frame, other = (theirs, left) if theirs_frames else (ours, right)
    in_place = all(key in old for key in other)  # only the frame has new rows: they stay where they are
    body: list[str] = []
    for line in frame:
        key = _key(line)
        if key in old:
            body += _survivors(old[key], left.get(key), right.get(key))
        elif key is None or in_place:
            body.append(line)
    if not in_place:
        at = max((number for number, line in enumerate(body, start=1) if line.lstrip().startswith("|")), default=0)
        body[at:at] = _added(old, left, right)
    if not theirs_frames and others[0] != others[2]:
        body += [line for line in others[2] if line not in others[0] and line not in others[1]]
    return body


def merge_archived(base: Lines, ours: Lines, theirs: Lines) -> list[str]:
    """The digest with every link and, per benchmark, the newer line."""
    del base  # the digest only ever grows
    found: dict[str, str] = {}
    months: set[str] = set()
    for line in (*ours, *theirs):
        if line.startswith(LINKS):
            months.update(_LINK.findall(line))
        elif line.startswith("- "):
            name = line.partition(" until ")[0]
            found[name] = max(found.get(name, ""), line)
    newline = "\r\n" if any(line.endswith("\r\n") for line in ours) else "\n"
    links = LINKS + ", ".join(f"[{month}](memory/perf-{month}.md)" for month in sorted(months))
    return [links + newline, newline, *(found[name] for name in sorted(found))]


def merge_status(base: Lines, ours: Lines, theirs: Lines) -> list[str]:
    """The status of the newer measurement. The daemon writes it anew in any case."""
    if ours == base or theirs == base:
        return list(theirs if ours == base else ours)
    return max(list(ours), list(theirs), key=lambda lines: (_stamp(lines), *lines))


def _stamp(lines: Lines) -> str:
    match = _STAMP.search("".join(lines))
    return match[1] if match else ""


_Key = tuple[str, str, str]
_Rows = dict[_Key, str]


def _row(line: str) -> MemoryRow | None:
    return row_of(cells_of(line))


def _key(line: str) -> _Key | None:
    row = _row(line)
    return (row.run, row.benchmark, row.metric) if row else None


def _by_run(lines: Lines) -> _Rows:
    return {key: line for line in reversed(lines) if (key := _key(line)) is not None}


def _added(old: _Rows, left: _Rows, right: _Rows) -> list[str]:
    """The new rows in the order of time; those of one run stay in the order in which it wrote them."""
    places: dict[_Key, tuple[str, str, int, str]] = {}
    for rows in (left, right):
        for place, (key, line) in enumerate(reversed(rows.items())):
            row = _row(line)
            if key not in old and row is not None:
                here = (row.when, row.run, place, line)
                places[key] = min(places.get(key, here), here)
    return [line for key in sorted(places, key=places.__getitem__) for line in _both(left.get(key), right.get(key))]


def _survivors(old: str, left: str | None, right: str | None) -> list[str]:
    if left == right or right == old:
        return [left] if left is not None else []
    if left == old:
        return [right] if right is not None else []
    return _both(left, right)


def _both(left: str | None, right: str | None) -> list[str]:
    return sorted({line for line in (left, right) if line is not None})
