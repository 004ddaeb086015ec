"""Entries under headings that people share with us: lessons and decisions."""

from __future__ import annotations

from resonance_perf.memory.markers import lines_outside_code, newline_of
from resonance_perf.memory.tables import escaped
from resonance_perf.model.record import Decision, Lesson

LESSONS = "## Lessons"
DECISIONS = "## Performance decisions"


def add_lesson(text: str, lesson: Lesson) -> str:
    """The text with one more line under `## Lessons`; unchanged when the run has its line."""
    mark = f"(run {lesson.run})"
    if mark in text:
        return text
    return _at_end_of(text, LESSONS, [f"- {lesson.date}: {escaped(lesson.text)} {mark}"], gap=False)


def record_decision(text: str, decision: Decision) -> str:
    """The text with one more entry under `## Performance decisions`; unchanged when the decision is there."""
    mark = f"<!-- resonance-perf:decision {decision.id} -->"
    if mark in text:
        return text
    lines = [f"### {decision.date} {escaped(decision.title)}", mark]
    for name in ("context", "decision", "evidence", "consequences"):
        value = getattr(decision, name)
        if value:
            lines += ["", f"**{name.capitalize()}:** {escaped(value)}"]
    return _at_end_of(text, DECISIONS, lines, gap=True)


def _at_end_of(text: str, heading: str, lines: list[str], *, gap: bool) -> str:
    """Insert lines at the end of the section under `heading`; add the heading at the end when it is missing."""
    nl = newline_of(text)
    found = _section_end(text, heading)
    if found is None:
        space = "" if not text else nl if text.endswith("\n") else nl + nl
        return f"{text}{space}{heading}{nl}{nl}" + "".join(line + nl for line in lines)
    at, after_heading = found
    before = "" if at == 0 or text[at - 1] == "\n" else nl
    before += nl if gap or after_heading else ""
    after = nl if at < len(text) and text[at:].startswith(("#", "<", "---")) else ""
    return text[:at] + before + "".join(line + nl for line in lines) + after + text[at:]


def _section_end(text: str, heading: str) -> tuple[int, bool] | None:
    """(offset after the last line that is not blank in the section, that line is the heading), or None."""
    level = heading.index(" ")
    last: int | None = None
    bare = False
    for _, at, line in lines_outside_code(text):
        stripped = line.rstrip()
        if last is None:
            if stripped == heading:
                last, bare = at + len(line), True
        elif stripped.startswith("#") and 0 < len(stripped) - len(stripped.lstrip("#")) <= level:
            break
        elif stripped:
            last, bare = at + len(line), False
    return (last, bare) if last is not None else None
