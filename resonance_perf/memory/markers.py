"""Our sections: what stands between `<!-- resonance-perf:begin NAME -->` and its `end`, found by a line scan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from resonance_perf.model.errors import BadFileError, Location, Problem

_MARKER = re.compile(r"[ \t]*<!-- resonance-perf:(begin|end) ([\w-]+) -->[ \t]*\r?\n?\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CONFLICT = ("<<<<<<< ", ">>>>>>> ")


@dataclass(frozen=True, slots=True)
class Section:
    """Offsets of a section's inside: after the begin marker's line, up to the start of the end marker's line."""

    start: int
    end: int


def begin(name: str) -> str:
    """The marker that opens a section."""
    return f"<!-- resonance-perf:begin {name} -->"


def end(name: str) -> str:
    """The marker that closes a section."""
    return f"<!-- resonance-perf:end {name} -->"


def newline_of(text: str) -> str:
    """The line ending that most lines of `text` have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def find_section(text: str, name: str, file: str) -> Section | None:
    """Where the section `name` is, or None when it has no markers. Markers in code blocks do not count.

    Raises:
        BadFileError: when a marker has no pair, stands twice, or a merge conflict is unresolved.
    """
    opened: int | None = None
    found: Section | None = None
    line_of_begin = 0
    for number, at, line in lines_outside_code(text):
        if line.startswith(_CONFLICT):
            raise _bad(file, number, "there is an unresolved merge conflict", "Resolve it; nothing was written.")
        match = _MARKER.match(line)
        if match is None or match.group(2) != name:
            continue
        if match.group(1) == "begin":
            if opened is not None or found is not None:
                raise _bad(file, number, f"the section {name} begins twice", f"It begins in line {line_of_begin}, too.")
            opened, line_of_begin = at + len(line), number
        elif opened is None:
            raise _bad(file, number, f"the section {name} ends here but does not begin", f"Put back {begin(name)}")
        else:
            found, opened = Section(opened, at), None
    if opened is not None:
        raise _bad(file, line_of_begin, f"the section {name} begins here but does not end", f"Put back {end(name)}")
    return found


def lines_outside_code(text: str) -> Iterator[tuple[int, int, str]]:
    """(line number from 1, offset, line with its ending) of every line that is not in a fenced code block."""
    fence = ""
    at = 0
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        match = _FENCE.match(line)
        if fence:
            if match and match.group(1).startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            fence = match.group(1)
        else:
            yield number, at, line
        at += len(line)


def with_section(text: str, name: str, heading: str, file: str) -> tuple[str, Section]:
    """The text with the section `name`, added at the end under `heading` when its markers are not there."""
    section = find_section(text, name, file)
    if section is not None:
        return text, section
    nl = newline_of(text)
    gap = "" if not text else nl if text.endswith("\n") else nl + nl
    head = f"{gap}{heading}{nl}{nl}{begin(name)}{nl}"
    start = len(text) + len(head)
    return f"{text}{head}{end(name)}{nl}", Section(start, start)


def _bad(file: str, line: int, message: str, hint: str) -> BadFileError:
    return BadFileError([Problem(message, Location(file, line, 1), hint)])
