"""Which parts of a markdown text are shown as code or hidden in comments, and where its headings are: a line scan."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\r\n]*)", re.M)
_COMMENT = re.compile(r"^ {0,3}<!--", re.M)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+([^\r\n]*?))??(?:[ \t]+#+)?[ \t]*\r?$", re.M)


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of a text, sorted and apart; `offset in spans` asks whether one of them covers it."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def __contains__(self, offset: int) -> bool:
        at = bisect_right(self.starts, offset) - 1
        return at >= 0 and offset < self.ends[at]


def fenced(text: str) -> Spans:
    """The fenced code blocks, also those in lists and quotes.

    A fence that is never closed hides nothing: what we add below it would otherwise never be found again.
    """
    if "```" not in text and "~~~" not in text:
        return Spans()
    lines = [(match.start(), match.end(), match[1], match[2]) for match in _FENCE.finditer(text)]
    longest_closer = _longest_closers(lines)
    starts, ends, opener = [], [], ""
    for number, (start, end, mark, rest) in enumerate(lines):
        if opener:
            if mark.startswith(opener) and not rest.strip():
                ends.append(end)
                opener = ""
        elif not (mark[0] == "`" and "`" in rest) and longest_closer[number][mark[0]] >= len(mark):
            starts.append(start)
            opener = mark
    return Spans(tuple(starts), tuple(ends))


def unseen(text: str) -> Spans:
    """The fenced code blocks and the HTML comments that begin a line."""
    code = fenced(text)
    found = list(zip(code.starts, code.ends, strict=True))
    done = 0
    for match in _COMMENT.finditer(text):
        close = text.find("-->", match.end())
        if close < 0:
            break
        if match.start() >= done and match.start() not in code:
            done = close + len("-->")
            found.append((match.start(), done))
    found.sort()
    starts: list[int] = []
    ends: list[int] = []
    for start, end in found:
        if not ends or start >= ends[-1]:
            starts.append(start)
            ends.append(end)
        else:
            ends[-1] = max(ends[-1], end)
    return Spans(tuple(starts), tuple(ends))


def headings(text: str, hidden: Spans) -> Iterator[tuple[int, int, int, str]]:
    """(offset of the line, offset of the next line, level, title) of every `#` heading that is not hidden."""
    for match in _HEADING.finditer(text):
        if match.start() not in hidden:
            yield match.start(), min(match.end() + 1, len(text)), len(match[1]), match[2] or ""


def _longest_closers(lines: list[tuple[int, int, str, str]]) -> list[dict[str, int]]:
    """For every fence line, the longest closing mark of each kind that comes after it."""
    longest = {"`": 0, "~": 0}
    found = []
    for _, _, mark, rest in reversed(lines):
        found.append(dict(longest))
        if not rest.strip():
            longest[mark[0]] = max(longest[mark[0]], len(mark))
    return found[::-1]
