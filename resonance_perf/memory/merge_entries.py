"""Lessons and decisions that a branch added: cut out of its text before lines are merged, and put back behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resonance_perf.memory.markers import newline_of
from resonance_perf.memory.outline import headings, unseen
from resonance_perf.memory.prose import DECISIONS, LESSONS, put_entry, put_lesson

_LESSON = re.compile(r"^[-*+] [^\r\n]*\(run (\S+)\)[^\r\n]*(?:\r?\n|\Z)", re.M)
_MARK = re.compile(r"^<!-- resonance-perf:decision (\S+) -->[ \t]*\r?$", re.M)
_STOP = re.compile(r"^(?: {0,3}<!-- resonance-perf:(?:begin|end) |(?:-[ \t]*){3,}\r?$)", re.M)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A lesson or a decision with its lines; sorted, the older comes first, since both begin with their date."""

    text: str
    id: str
    title: str
    """The heading under which it stands."""


def new_ids(text: str, base: str) -> frozenset[str]:
    """What `text` has and `base` has not."""
    known = {one.id for one, _, _ in _entries(base)}
    return frozenset(one.id for one, _, _ in _entries(text)) - known


def cut_new(text: str, ids: frozenset[str], other: str) -> tuple[str, list[Entry]]:
    """The text without the entries of these ids, and the entries.

    One that the other side has with other words stays: people have to see both.
    """
    words = {one.id: one.text.strip() for one, _, _ in _entries(other)}
    cut: list[Entry] = []
    for one, start, end in reversed(_entries(text)):
        if one.id in ids and words.get(one.id, one.text.strip()) == one.text.strip():
            text = text[:start] + text[end:]
            cut.append(one)
    return text, cut


def put_back(text: str, entries: Iterable[Entry]) -> str:
    """The text with these entries where we would have added them, each once."""
    for one in sorted({one.id: one for one in entries}.values()):
        put = put_lesson if one.title == LESSONS else put_entry
        text = put(text, one.text, newline_of(text))
    return text


def _entries(text: str) -> list[tuple[Entry, int, int]]:
    """Every entry of ours with its place, in the order of the text."""
    hidden = unseen(text)
    found = [
        (Entry(match[0].rstrip("\r\n"), match[1], LESSONS), match.start(), match.end())
        for match in _LESSON.finditer(text)
        if match.start() not in hidden
    ]
    outline, nl = list(headings(text, hidden)), newline_of(text)
    for number, (start, after, level, _) in enumerate(outline):
        mark = _MARK.match(text, after)
        if level != 3 or mark is None:
            continue
        end = outline[number + 1][0] if number + 1 < len(outline) else len(text)
        stop = _STOP.search(text, mark.end(), end)
        end = stop.start() if stop else end
        body = text[start:end].rstrip()
        above = len(text[:start].rstrip("\r\n")) + len(nl)  # with the blank line above it
        entry = Entry(body + nl, mark[1], DECISIONS)
        found.append((entry, min(start, above), min(end, start + len(body) + len(nl))))
    return sorted(found, key=lambda one: one[1])
