"""What a commit took away that queries stand on: evidence from its text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resonance_perf.model.cause import Cause
from resonance_perf.model.diff import Diff, FileChange, Hunk

SOURCE = "the commit"
_NAME = r"[\"`\[]?(?P<{}>[\w.]+)[\"`\]]?"
_MADE = re.compile(
    rf"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?{_NAME.format('name')}"
    rf"\s+ON\s+{_NAME.format('table')}",
    re.IGNORECASE,
)
_DROPPED = re.compile(rf"DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?{_NAME.format('name')}", re.IGNORECASE)


def lost_indexes(metric: str, diff: Diff) -> tuple[Cause, ...]:
    """The indexes that the commit no longer makes, or drops."""
    made = {match["name"].lower() for _, hunk in _hunks(diff) for match in _MADE.finditer(_text(hunk, "+"))}
    found: dict[str, Cause] = {}
    for change, hunk in _hunks(diff):
        gone = [*_MADE.finditer(_text(hunk, "-")), *_DROPPED.finditer(_text(hunk, "+"))]
        for match in gone:
            name, table = match["name"], match.groupdict().get("table")
            if name.lower() in made:
                continue
            found.setdefault(
                name.lower(),
                Cause(
                    metric=metric, kind="finding", name=name, source=SOURCE, unit="", touched=True, hunk=str(hunk),
                    file=change.new or change.old, line=hunk.new_start,
                    detail=f"index {name}{f' of {table}' if table else ''} gone",
                ),
            )  # fmt: skip
    return tuple(found.values())


def _hunks(diff: Diff) -> Iterator[tuple[FileChange, Hunk]]:
    return ((change, hunk) for change in diff.files for hunk in change.hunks)


def _text(hunk: Hunk, sign: str) -> str:
    """One side of a hunk; a statement may go on over lines."""
    return "\n".join(line[1:] for line in hunk.lines if line.startswith(sign))
