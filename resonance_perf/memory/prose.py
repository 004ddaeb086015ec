"""Entries under headings that people share with us: lessons and decisions."""

from __future__ import annotations

import re

from resonance_perf.memory.escape import prose
from resonance_perf.memory.markers import gap_before, newline_of, refuse_conflicts
from resonance_perf.memory.outline import Spans, headings, unseen
from resonance_perf.model.record import Decision, Lesson

LESSONS = "Lessons"
DECISIONS = "Performance decisions"

_ITEM = re.compile(r"^[-*+][ \t]+\S", re.M)
_OURS = re.compile(r"^ {0,3}<!-- resonance-perf:(?:begin|end) ", re.M)
_RULE = re.compile(r"(?:\A|(?<=\n\n)|(?<=\n\r\n)) {0,3}(?:-[ \t]*){3,}\s*\Z")
"""A rule that closes a section; right below text it would be the line under a heading instead."""


def add_lesson(text: str, lesson: Lesson, file: str) -> str:
    """The text with one more line under `## Lessons`, before the others; unchanged when the run has its line.

    Newest first, because that is how the Resonance framework, whose heading it is, keeps this list.

    Raises:
        BadFileError: when a merge conflict is unresolved.
    """
    mark = f"(run {prose(lesson.run)})"
    if re.search(rf"^[-*+] .*{re.escape(mark)}", text, re.M):
        return text
    refuse_conflicts(text, file)
    return put_lesson(text, f"- {prose(lesson.date)}: {prose(lesson.text)} {mark}", newline_of(text))


def record_decision(text: str, decision: Decision, file: str) -> str:
    """The text with one more entry under `## Performance decisions`; unchanged when the decision is there.

    Raises:
        BadFileError: when a merge conflict is unresolved.
    """
    mark = f"<!-- resonance-perf:decision {_quoted(decision.id)} -->"
    if mark in text:
        return text
    refuse_conflicts(text, file)
    nl = newline_of(text)
    lines = [f"### {prose(decision.date)} {prose(decision.title)}", mark]
    for name in ("context", "decision", "evidence", "consequences"):
        value = prose(getattr(decision, name))
        lines += ["", f"**{name.capitalize()}:** {value}"] if value else []
    return put_entry(text, "".join(line + nl for line in lines), nl)


def put_lesson(text: str, line: str, nl: str) -> str:
    """The text with this line before the other items under `## Lessons`."""
    hidden = unseen(text)
    section = _section(text, LESSONS, hidden)
    if section is None:
        return f"{text}{gap_before(text, nl)}## {LESSONS}{nl}{nl}{line}{nl}"
    items = (match.start() for match in _ITEM.finditer(text, *section) if match.start() not in hidden)
    first = next(items, None)
    if first is not None:
        return text[:first] + line + nl + text[first:]
    return _at_end(text, section, line + nl, nl)


def put_entry(text: str, entry: str, nl: str) -> str:
    """The text with this entry at the end of `## Performance decisions`."""
    section = _section(text, DECISIONS, unseen(text))
    if section is None:
        return f"{text}{gap_before(text, nl)}## {DECISIONS}{nl}{nl}{entry}"
    return _at_end(text, section, entry, nl)


def _section(text: str, title: str, hidden: Spans) -> tuple[int, int] | None:
    """(after the heading's line, start of what follows the section), or None when there is no such heading."""
    start = None
    for at, after, level, found in headings(text, hidden):
        if start is not None and level <= 2:
            return start, _before_ours(text, start, at)
        if start is None and level == 2 and found.lower() == title.lower():
            start = after
    return (start, _before_ours(text, start, len(text))) if start is not None else None


def _before_ours(text: str, start: int, end: int) -> int:
    match = _OURS.search(text, start, end)
    return match.start() if match else end


def _at_end(text: str, section: tuple[int, int], entry: str, nl: str) -> str:
    """Insert after the last line of the section that is neither blank nor a closing rule, with blank lines around."""
    start, end = section
    inside = text[start:end]
    rule = _RULE.search(inside)
    if rule is not None:
        inside = inside[: rule.start()]
    last = len(inside.rstrip())
    at = text.find("\n", start + last) + 1 if last else start
    at = at or len(text)
    before = nl if text[:at].endswith("\n") else nl + nl
    after = nl if text[at:].strip() and not text.startswith(("\n", "\r\n"), at) else ""
    return text[:at] + before + entry + after + text[at:]


def _quoted(name: str) -> str:
    """A name that can neither end an HTML comment nor a line."""
    return "".join(one if one.isalnum() or one in "-_.%:+=<" else f"~{ord(one):x}~" for one in name)
