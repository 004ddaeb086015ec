"""One item of the checklist: which number it looks at, from where on that is too much, and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from resonance_perf.model.finding import Finding
from resonance_perf.model.quantity import format_value
from resonance_perf.model.run import Part

Group = Literal["frontend", "backend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one benchmark told: metrics in base units, and what they are made of. `source` is who saw it."""

    benchmark: str
    source: str
    values: Mapping[str, float]
    parts: Sequence[Part] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An item. The answer is yes when `metric` (base unit `unit`) is at `limit` or beyond.

    `each`: it is its largest part that is judged, such as one file of many. `says` continues the number, `do` is what
    helps, `why` where the limit comes from, and `needs` what measures the metric: the rest of "to measure it, ...".
    """

    id: str
    group: Group
    asks: str
    metric: str
    unit: str
    limit: float
    says: str
    do: str
    why: str
    needs: str
    each: bool = False


def examine(checks: Sequence[Check], evidence: Sequence[Evidence]) -> Iterator[Finding]:
    """The answers, in the order of the checks: one for every benchmark that tells, else that nothing did.

    Of several that tell it of one benchmark, the first counts.
    """
    for check in checks:
        telling = {one.benchmark: one for one in reversed(evidence) if check.metric in one.values}
        told = [telling[name] for name in dict.fromkeys(one.benchmark for one in evidence) if name in telling]
        yield from (_answer(check, one) for one in told) if told else (_unmeasured(check),)


def _answer(check: Check, seen: Evidence) -> Finding:
    parts = tuple(sorted((one for one in seen.parts if one.metric == check.metric), key=lambda one: -one.value))
    number = parts[0].value if check.each and parts else float(seen.values[check.metric])
    yes = number >= check.limit
    worst = where(parts[0]) if parts and yes else ""
    told = format_value(number, check.unit)
    what = f"{told} {check.says}" if yes else f"{told}, and {format_value(check.limit, check.unit)} would be too much"
    return Finding(
        id=check.id, benchmark=seen.benchmark, answer="yes" if yes else "no", what=what, do=check.do if yes else "",
        source=seen.source, unit=check.unit, limit=check.limit, number=number, place=worst,
        places=tuple(one for one in parts if not check.each or one.value >= check.limit) if yes else (),
    )  # fmt: skip


def where(part: Part) -> str:
    """A part as it is said: its name, and where it stands."""
    return f"{part.name} ({part.place})" if part.place else part.name


def _unmeasured(check: Check) -> Finding:
    return Finding(
        id=check.id, benchmark="", answer="not measured", what="", do=check.needs, source="", unit=check.unit,
        limit=check.limit,
    )  # fmt: skip
