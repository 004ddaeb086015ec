"""The end of a large log as bytes: where the next row goes, and how a write that a crash has cut is undone.

A log of 100 MB is not rewritten for one row: the row and the end marker are written over the end marker. When the
machine dies in between, the file ends in a mixture of the old and the new bytes; the same rows, written again from the
outbox, recognise it.
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.memory.log import LOG, has_row, row_of
from resonance_perf.memory.markers import end
from resonance_perf.memory.tables import cells_of, memory_line
from resonance_perf.model.record import MemoryRow

_MARKER = end(LOG).encode()
_CLOSINGS = tuple(_MARKER + rest for rest in (b"\n", b"", b"\r\n", b"\n\n", b"\r\n\r\n"))


def next_write(tail: bytes, rows: Sequence[MemoryRow]) -> tuple[int, bytes] | None:
    """(offset in the tail, bytes to write there) for the rows that are missing; no bytes when none is.

    None when the end of the file does not tell enough: something follows the log, its last line is no row, a row may
    stand before the tail, or the tail is damaged. The first line of the tail may be cut and is not read.
    """
    at = tail.rfind(b"\n" + _MARKER) + 1
    first = tail.find(b"\n") + 1
    if not 0 < first < at or tail[at:] not in _CLOSINGS or b"<<<<<<<" in tail or b">>>>>>>" in tail:
        return None
    try:
        text = tail[first:at].decode("utf-8")
    except UnicodeDecodeError:
        return None
    oldest = row_of(cells_of(text[: text.find("\n")]))
    if oldest is None or not _ends_in_rows(tail[:at], len(rows) + 1):
        return None
    missing = [row for row in rows if not has_row(text, row)]
    if any((row.when, row.run) <= (oldest.when, oldest.run) for row in missing):
        return None
    return at, _lines(missing, "\r\n" if text.endswith("\r\n") else "\n") + tail[at:] if missing else b""


def mended(tail: bytes, rows: Sequence[MemoryRow]) -> bytes | None:
    """The tail as it was before a cut write of these rows; None when it is not what such a write leaves."""
    writes = [(old, _lines(rows, nl) + old) for old in _CLOSINGS for nl in ("\n", "\r\n")]
    at = max(0, len(tail) - max(len(new) for _, new in writes) - 1)
    while (at := tail.find(b"\n", at) + 1) > 0:
        if tail[at:] in _CLOSINGS:
            return None
        for old, new in writes:
            if _is_cut(tail[at:], old, new) and _ends_in_rows(tail[:at], 1):
                return tail[:at] + old
    return None


def _is_cut(found: bytes, old: bytes, new: bytes) -> bool:
    """True for a part of `new` or `old`, for `new` up to some byte and `old` after it, and the other way round."""
    if found == new:
        return False
    if new.startswith(found) or old.startswith(found):
        return True
    return any(found in (new[:cut] + old[cut:], old[:cut] + new[cut:]) for cut in range(1, len(new)))


def _ends_in_rows(head: bytes, count: int) -> bool:
    """True when the last `count` lines are rows: a write that was cut may have left a whole row below its damage."""
    lines = head.decode("utf-8", "replace").split("\n")[-1 - count : -1]
    return len(lines) == count and all(row_of(cells_of(line)) is not None for line in lines)


def _lines(rows: Sequence[MemoryRow], nl: str) -> bytes:
    return "".join(memory_line(row) + nl for row in rows).encode("utf-8")
