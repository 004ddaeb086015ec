"""Go: what `go test -bench` prints; with `-count`, each line is a value.

Traps: without `-count` there is one value and no spread; `-benchtime` of a duration makes the number of rounds vary.
"""

from __future__ import annotations

import re
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import exactly, of_values
from resonance_perf.readers.source import text

TRIED = "1.19"
_LINE = re.compile(r"^(Benchmark\S*?)(?:-\d+)?[ \t]+(\d+)[ \t]+(.+?)[ \t]*$", re.M)
_PAIR = re.compile(r"([-+.\deE]+)\s+(\S+)")
_FAILED = re.compile(r"^(--- FAIL: .*|FAIL\b.*|panic: .*)$", re.M)
_UNITS = {"ns/op": ("wall", "ms", 1e-6), "B/op": ("allocated", "B", 1.0), "allocs/op": ("allocations", "", 1.0)}
_EXACT = ("allocated", "allocations")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return re.search(rb"^Benchmark\S*[ \t]+\d+[ \t]+[\d.]+ ns/op", head, re.M) is not None


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The median of the repetitions; metrics of `b.ReportMetric` keep their unit in their name."""
    found = text(source, name)
    failed = _FAILED.search(found)
    values: dict[str, dict[str, list[float]]] = {}
    for called, _, rest in _LINE.findall(found):
        for value, unit in _PAIR.findall(rest):
            metric, _, factor = _UNITS.get(unit, (_named(unit), "", 1.0))
            values.setdefault(called.removeprefix("Benchmark"), {}).setdefault(metric, []).append(float(value) * factor)
    if failed is not None:
        return (Reading(failed=failed[1].strip()),)
    if not values:
        return (Reading(failed="it holds no benchmark"),)
    units = {metric: unit for metric, unit, _ in _UNITS.values()}
    return tuple(
        Reading(
            name=called,
            metrics=tuple(
                exactly(metric, units[metric], all_[0])
                if metric in _EXACT and len(set(all_)) == 1
                else of_values(metric, units.get(metric, ""), all_)
                for metric, all_ in metrics.items()
            ),
        )
        for called, metrics in values.items()
    )


def _named(unit: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", unit).strip("_")
