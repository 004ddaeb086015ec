"""The status table of `01_state.md`: written whole, but for what only the clone knew that wrote it before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from resonance_perf.memory.tables import STATUS_FIELDS, STATUS_HEAD, cells_of, head_of, status_line
from resonance_perf.model.record import StatusRow

STAMP = "Newest measurement: "
NEVER = "never"


def status_lines(old: str, rows: Sequence[StatusRow], stamp: str, unknown: Collection[str]) -> list[str]:
    """The lines of the table that takes the place of `old`.

    Of the budgets in `unknown` nothing is known here: their rows stay as another clone wrote them. One whose limit has
    changed since keeps its number, and is judged no more.
    """
    known = {row.budget: row for row in map(_row, old.splitlines()) if row is not None and row.budget in unknown}
    lines = [status_line(_kept(known[row.budget], row) if row.budget in known else row) for row in rows]
    newest = max((one for one in (stamp, _stamp(old) if known else NEVER) if one != NEVER), default=NEVER)
    return [*head_of(STATUS_HEAD), *lines, "", f"{STAMP}{newest}"]


def _kept(old: StatusRow, new: StatusRow) -> StatusRow:
    if old.measured == NEVER:
        return new
    if old.limit == new.limit:
        return old
    said = "⚫ unmeasured: the limit has changed since it was measured, in another clone"
    return replace(old, limit=new.limit, headroom=new.headroom, status=said)


def _row(line: str) -> StatusRow | None:
    cells = cells_of(line)
    return StatusRow(**dict(zip(STATUS_FIELDS, cells, strict=True))) if len(cells) == len(STATUS_FIELDS) else None


def _stamp(text: str) -> str:
    found = (line.removeprefix(STAMP).strip() for line in text.splitlines() if line.startswith(STAMP))
    return next(found, NEVER)
