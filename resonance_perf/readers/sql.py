"""sql: what `driver: sql` measured, and plans of PostgreSQL by EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON).

Traps: a plan without ANALYZE has no rows and no pages; its times are those of one execution, and TIMING slows it down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.model.run import Part
from resonance_perf.readers import postgres_plan, sqlite_plan
from resonance_perf.readers.intervals import exactly, of_values, once
from resonance_perf.readers.source import document

TRIED = "SQLite 3.40.1, PostgreSQL 15.18"
_OURS = b'"writer": "resonance-perf sql"'
_FAMILIES: Mapping[str, tuple[Callable[[Mapping[str, Any]], Iterator[Part]], Sequence[str]]] = {
    "sqlite": (sqlite_plan.parts, sqlite_plan.METRICS),
    "postgres": (postgres_plan.parts, postgres_plan.METRICS),
}
_LARGEST = "misestimate"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return _OURS in head or (b'"Plan"' in head and b'"Node Type"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    if isinstance(found, list):
        return (_explained(found),)
    if "failed" in found:
        return (Reading(failed=str(found["failed"])),)
    statements = found["statements"]
    told = _counted(found["database"], statements)
    metrics = (
        of_values("time", "ms", [float(one) for one in found["times_ms"]]),
        exactly("rows", "", sum(one["rows"] for one in statements)),
        *told.metrics,
    )
    return (Reading(metrics=metrics, parts=told.parts, version=str(found["version"])),)


def _explained(plans: Sequence[Mapping[str, Any]]) -> Reading:
    """What EXPLAIN itself prints; it does not tell the statement."""
    if any("Actual Rows" not in one["Plan"] for one in plans):
        return Reading(failed="this plan was not executed: EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) does that")
    told = _counted("postgres", [{"text": f"statement {at}", "plan": one["Plan"]} for at, one in enumerate(plans, 1)])
    times = [float(one["Execution Time"]) for one in plans if "Execution Time" in one]
    metrics = (once("time", "ms", sum(times)), *told.metrics) if len(times) == len(plans) else told.metrics
    return Reading(metrics=metrics, parts=told.parts)


def _counted(database: str, statements: Sequence[Mapping[str, Any]]) -> Reading:
    """The counts of all statements together, each with what it is made of; equal names are one part."""
    of, metrics = _FAMILIES[database]
    sums: Counter[tuple[str, str]] = Counter()
    worst: dict[str, float] = {}
    for part in (one for statement in statements for one in of(statement)):
        if part.metric == _LARGEST:
            worst[part.name] = max(part.value, worst.get(part.name, 0.0))
        else:
            sums[part.metric, part.name] += part.value  # type: ignore[assignment]  # a Counter adds up any numbers
    return Reading(metrics=tuple(_metrics(metrics, sums, worst)), parts=tuple(_parts(sums, worst)))


def _metrics(
    metrics: Sequence[str], sums: Mapping[tuple[str, str], float], worst: Mapping[str, float]
) -> Iterator[Reported]:
    for metric in metrics:
        if metric == _LARGEST:
            yield exactly(metric, "", round(max(worst.values(), default=1.0), 3))
        else:
            yield exactly(metric, "", sum(value for (of, _), value in sums.items() if of == metric))


def _parts(sums: Mapping[tuple[str, str], float], worst: Mapping[str, float]) -> Iterator[Part]:
    for (metric, name), value in sums.items():
        yield Part(metric, name, value)
    for name, value in sorted(worst.items(), key=lambda one: -one[1]):
        if value >= postgres_plan.WRONG:
            yield Part(_LARGEST, name, round(value, 3))
