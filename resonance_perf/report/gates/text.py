"""The gate for a person: the findings, and below them the one line."""

from __future__ import annotations

from resonance_perf.model.gate import Gate
from resonance_perf.model.text import printable
from resonance_perf.report.gates.findings import Finding, answer, findings, mark


def render(gate: Gate) -> str:
    """A line per finding; what has a place to mend begins with `file:line`, as compilers do it."""
    lines = [*map(_line, findings(gate)), *(f"⚪ {note}" for note in gate.notes), answer(gate)]
    return "".join(f"{printable(line)}\n" for line in lines)


def _line(one: Finding) -> str:
    if one.kind in ("bad-file", "loosened"):
        return f"{one.location}: {one.message}"
    return f"{mark(one.kind)} {one.message}"
