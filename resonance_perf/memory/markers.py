"""Our sections: what stands between `<!-- resonance-perf:begin NAME -->` and its `end`, found by a line scan.

The scan is a search for the markers' text, so that a log of 100 MB costs milliseconds; code blocks are looked for only
in a text that has any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from resonance_perf.memory.outline import fenced
from resonance_perf.model.errors import BadFileError, Location, Problem

_PREFIX = "<!-- resonance-perf:"
_MARKER = re.compile(r" {0,3}<!-- resonance-perf:(begin|end) ([\w-]+) -->[ \t]*\r?\n?\Z")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?=[ \r\n]|\Z)", re.M)


@dataclass(frozen=True, slots=True)
class Section:
    """Offsets of a section's inside: after the begin marker's line, up to the start of the end marker's line."""

    start: int
    end: int


def begin(name: str) -> str:
    """The marker that opens a section."""
    return f"{_PREFIX}begin {name} -->"


def end(name: str) -> str:
    """The marker that closes a section."""
    return f"{_PREFIX}end {name} -->"


def newline_of(text: str) -> str:
    """The line ending that most lines of `text` have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def line_number(text: str, offset: int) -> int:
    """The number of the line that holds `offset`, counted from 1."""
    return text.count("\n", 0, offset) + 1


def refuse_conflicts(text: str, file: str) -> None:
    """Raise where git left its conflict markers.

    Raises:
        BadFileError: names the line of the first one.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    code = fenced(text)
    for match in _CONFLICT.finditer(text):
        if match.start() not in code:
            raise _bad(text, match.start(), "there is an unresolved merge conflict", "Resolve it first.", file)


def find_section(text: str, name: str, file: str) -> Section | None:
    """Where the section `name` is, or None when it has no markers. Markers in code blocks do not count.

    Raises:
        BadFileError: when a marker has no pair or stands twice; names its line.
    """
    opened: tuple[int, int] | None = None
    found: Section | None = None
    for start, stop, kind, marked in _markers(text):
        if marked == name and kind == "begin":
            if opened is not None:
                first = line_number(text, opened[0])
                hint = f"It begins in line {first}, too: keep one section."
                raise _bad(text, start, f"the section {name} begins twice", hint, file)
            opened = start, stop
        elif marked == name and opened is None:
            raise _bad(text, start, f"the section {name} ends here but does not begin", _put_back("begin", name), file)
        elif marked == name and found is not None:
            hint = "Keep one section and remove the other end."
            raise _bad(text, start, f"the section {name} ends twice", hint, file)
        elif marked == name and opened is not None:
            found = Section(opened[1], start)
        elif opened is not None and found is None:
            message = f"the section {name} (line {line_number(text, opened[0])}) has a marker of {marked} inside"
            raise _bad(text, start, message, "Sections stand one after the other.", file)
    if opened is not None and found is None:
        raise _bad(text, opened[0], f"the section {name} begins here but does not end", _put_back("end", name), file)
    return found


def with_section(text: str, name: str, heading: str, file: str) -> tuple[str, Section]:
    """The text with the section `name`, added at the end under `heading` when its markers are not there.

    Raises:
        BadFileError: see `find_section`; also when a merge conflict is unresolved.
    """
    refuse_conflicts(text, file)
    section = find_section(text, name, file)
    if section is not None:
        return text, section
    nl = newline_of(text)
    head = f"{gap_before(text, nl)}{heading}{nl}{nl}{begin(name)}{nl}"
    start = len(text) + len(head)
    return f"{text}{head}{end(name)}{nl}", Section(start, start)


def gap_before(text: str, nl: str) -> str:
    """What has to follow `text` so that the next line comes after a blank one."""
    if not text.strip("\ufeff"):
        return ""
    return "" if text.endswith(nl + nl) else nl if text.endswith("\n") else nl + nl


def _markers(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(offset of the line, offset of the next line, begin or end, name) of every marker that counts."""
    at = text.find(_PREFIX)
    code = fenced(text) if at >= 0 else None
    while at >= 0 and code is not None:
        start = text.rfind("\n", 0, at) + 1
        stop = text.find("\n", at) + 1 or len(text)
        match = _MARKER.match(text[start:stop].removeprefix("\ufeff")) if stop - start < 200 else None
        if match and start not in code:
            yield start, stop, match[1], match[2]
        at = text.find(_PREFIX, stop)


def _put_back(kind: str, name: str) -> str:
    return f"Put {_PREFIX}{kind} {name} --> back on a line of its own, or remove this one."


def _bad(text: str, offset: int, message: str, hint: str, file: str) -> BadFileError:
    return BadFileError([Problem(message, Location(file, line_number(text, offset), 1), hint)])
