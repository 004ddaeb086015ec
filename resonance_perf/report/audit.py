"""The words, the page and the JSON of an audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from resonance_perf.audit.check import where
from resonance_perf.audit.checklist import BY_ID
from resonance_perf.memory.escape import cell
from resonance_perf.model.finding import Answer, Audit, Finding, Guideline
from resonance_perf.model.quantity import format_value
from resonance_perf.report.document import VERSION
from resonance_perf.report.words import short

MARK = "<!-- resonance-perf:audit -->"
"""How the file begins that an audit may replace."""
_SIGNS = {"yes": "🔴", "no": "🟢", "not measured": "⚪"}
_MOST_PLACES = 5


def audit_lines(audit: Audit) -> Iterator[str]:
    """One line for each answer, what is slow first; and one for each way to measure what was not."""
    for answer in ("yes", "no"):
        yield from map(_line, _with(audit.findings, answer))
    missing = _with(audit.findings, "not measured")
    for needs in dict.fromkeys(one.do for one in missing):
        asked = ", ".join(BY_ID[one.id].asks for one in missing if one.do == needs)
        yield f"{_SIGNS['not measured']} not measured: {asked}; {needs}"
    yield summary(audit)


def _line(one: Finding) -> str:
    asks = BY_ID[one.id].asks
    place = f"; worst: {one.place}" if one.place else ""
    do = f". {one.do}" if one.do else ""
    return f"{_SIGNS[one.answer]} {one.benchmark}: {asks}{_since(one)}: {one.what}{place}{do}"


def summary(audit: Audit) -> str:
    """The audit in one sentence."""
    answers = [one.answer for one in audit.findings]
    counts = [f"{answers.count('yes')} yes, {answers.count('no')} no, {answers.count('not measured')} not measured"]
    told = [one.since for one in audit.findings]
    counts += [f"{told.count(word)} {word}" for word in ("new", "remains", "cured") if word in told]
    return f"{short(audit.commit)}: {'; '.join(counts)}"


def audit_document(audit: Audit) -> dict[str, object]:
    """What `audit --json` prints, and what the next audit compares itself with."""
    return {
        "version": VERSION, "commit": audit.commit, "at": audit.at,
        "findings": [asdict(one) | {"group": BY_ID[one.id].group} for one in audit.findings],
        "guidelines": [asdict(one) for one in audit.guidelines], "notes": list(audit.notes),
    }  # fmt: skip


def audit_page(audit: Audit) -> str:
    """The page `audit.md`."""
    when = datetime.fromtimestamp(audit.at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        MARK, "", "# Why is it slow?", "",
        f"Written by `resonance-perf audit` on {when}; the next audit replaces it. {summary(audit)}.",
        *(f"\n⚪ {cell(note)}" for note in audit.notes),
        *_section("What makes it slow", _YES, [_yes(one) for one in _with(audit.findings, "yes")]),
        *_section("What does not", _NO, [_no(one) for one in _with(audit.findings, "no")]),
        *_section("Not measured", _NONE, [_none(one) for one in _with(audit.findings, "not measured")]),
        *_section("Limits that others found", _LIMITS, [_guideline(one) for one in audit.guidelines]),
    ]  # fmt: skip
    return "\n".join([*lines, ""])


_YES = ("benchmark", "check", "what was measured", "where", "what to do", "seen by", "since the last audit")
_NO = ("benchmark", "check", "what was measured", "since the last audit")
_NONE = ("check", "to measure it")
_LIMITS = ("limit", "metric", "at most", "measured", "", "source")


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield from ("", f"## {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|")
        yield from (f"| {' | '.join(row)} |" for row in rows)


def _with(findings: Sequence[Finding], answer: Answer) -> list[Finding]:
    return [one for one in findings if one.answer == answer]


def _yes(one: Finding) -> list[str]:
    places = [f"{where(part)}: {format_value(part.value, one.unit)}" for part in one.places[:_MOST_PLACES]]
    more = len(one.places) - len(places)
    listed = "<br>".join([*map(cell, places), *([f"and {more} more"] if more else [])])
    texts = (one.benchmark, BY_ID[one.id].asks, one.what)
    return [*map(cell, texts), listed, cell(one.do), cell(one.source), _since(one).strip(" ()")]


def _no(one: Finding) -> list[str]:
    return [*map(cell, (one.benchmark, BY_ID[one.id].asks, one.what)), _since(one).strip(" ()")]


def _none(one: Finding) -> list[str]:
    return [cell(BY_ID[one.id].asks), cell(one.do)]


def _guideline(one: Guideline) -> list[str]:
    sign = {True: _SIGNS["no"], False: _SIGNS["yes"], None: _SIGNS["not measured"]}[one.met]
    value = "not measured" if one.value is None else f"{format_value(one.value, one.unit)} ({one.benchmark})"
    return [one.preset, cell(one.metric), one.text, cell(value), sign, one.source or cell(one.why)]


def _since(one: Finding) -> str:
    if not one.since:
        return ""
    before = f", was {format_value(one.before, one.unit)}" if one.before is not None else ""
    return f" ({one.since}{before})"
