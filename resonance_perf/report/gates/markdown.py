"""The gate as a comment for a pull request: the one line, a table, and what to do next."""

from __future__ import annotations

import re

from resonance_perf.memory.escape import cell
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.gate import Gate
from resonance_perf.model.judgement import MARKS, Judgement
from resonance_perf.model.quantity import format_value
from resonance_perf.report.gates.findings import BLOCKING, Finding, answer, findings
from resonance_perf.report.words import change, short

MARK = "<!-- resonance-perf -->"
"""By which a pipeline finds the comment that it wrote before; no text of a stranger can hold it."""
_CALLS = re.compile(r"(?<![\w&])[@#](?=\w)")
HEAD = ("budget", "limit", "before", "now", "change", "headroom", "status", "measured on")


def render(gate: Gate) -> str:
    """Markdown in which nothing of a stranger's acts."""
    parts = [f"**{quiet(answer(gate))}**"]
    wrong = [one for one in findings(gate) if one.kind in BLOCKING]
    if wrong:
        parts.append("\n".join(map(_item, wrong)))
    if gate.judgements:
        rows = [HEAD, ("---",) * len(HEAD), *(_row(one, gate.changes.get(one.metric or "")) for one in gate.judgements)]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    parts += [quiet(note) for note in gate.notes]
    return "\n\n".join([*parts, MARK]) + "\n"


def quiet(text: str) -> str:
    """Text that calls nobody: an @name or a #number in a commit's subject would, also as an HTML entity."""
    return _CALLS.sub(r"\g<0><!-- -->", cell(text))


def _item(one: Finding) -> str:
    place = f"{one.location}: " if one.kind in ("bad-file", "loosened") else ""
    return f"- {quiet(place + one.told)}"


def _row(one: Judgement, compared: Comparison | None) -> tuple[str, ...]:
    estimate = one.estimate
    texts = (
        one.key,
        one.limit.budget.text,
        format_value(compared.before, compared.unit) if compared else "–",
        format_value(estimate.value, estimate.unit) if estimate else "–",
        f"{change(compared)} {compared.verdict}" if compared else "–",
        f"{one.headroom * 100:.0f} %" if one.headroom is not None else "–",
        f"{MARKS[one.status]} {one.status}" + (f": {one.note}" if one.note else ""),
        short(one.commit) if one.commit else "–",
    )
    return tuple(map(quiet, texts))
