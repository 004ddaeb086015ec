"""A profile of a benchmark, as a table and as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.model.quantity import format_value
from resonance_perf.profiles.tops import Top
from resonance_perf.report.document import VERSION

SHOWN = 20


def top_rows(tops: Sequence[Top], unit: str) -> list[list[str]]:
    """The first functions: by itself, in all, name, place; with both sides and the change where there are two."""
    compares = any(one.sure is not None for one in tops)
    whole = sum(one.own[1] for one in tops) or 1.0
    rows = [["itself", "", "with all it calls", "function", "at"]]
    if compares:
        rows = [["itself", "was", "change", "with all it calls", "function", "at"]]
    for one in tops[:SHOWN]:
        place = f"{one.file}:{one.line}" if one.file and one.line else one.file
        own, total = (format_value(values[1], unit) for values in (one.own, one.total))
        if compares:
            change = _signed(one.own[1] - one.own[0], unit) + ("" if one.sure else " ?")
            moved = f"{total} ({_signed(one.total[1] - one.total[0], unit)})"
            rows.append([own, format_value(one.own[0], unit), change, moved, one.name, place])
        else:
            rows.append([own, f"{100 * one.own[1] / whole:.0f} %", total, one.name, place])
    return rows


def cost_line(overhead: float | None, profiler: str, rounds: int, per: str) -> str:
    """What it cost to look: `py-spy looked 4 times; a request took 3 % longer under it`."""
    looked = f"{profiler} looked {rounds} time{'s' if rounds > 1 else ''}"
    if overhead is None:
        return looked
    if overhead <= 0:
        return f"{looked}; a {per} took no longer under it"
    return f"{looked}; a {per} took {100 * overhead:.0f} % longer under it"


def profile_document(tops: Sequence[Top], unit: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """`self` and `total` are per unit of work; those of the base are null where only one side was profiled."""
    functions = [
        {
            "function": one.name, "file": one.file, "line": one.line or None, "self": one.own[1], "total": one.total[1],
            "base_self": None if one.sure is None else one.own[0],
            "base_total": None if one.sure is None else one.total[0], "sure": one.sure,
        }
        for one in tops
    ]  # fmt: skip
    return {"version": VERSION, **facts, "unit": unit, "functions": functions}


def _signed(value: float, unit: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + format_value(abs(value), unit)
