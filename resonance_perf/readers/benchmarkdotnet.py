"""BenchmarkDotNet: its full JSON report with every value, or the brief one.

Traps: a benchmark that failed stays in the report with `Statistics` null; the brief report is a summary only; times are
nanoseconds of one operation.

Written after the format of 0.13, as its documentation shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly, of_percentiles, of_values
from resonance_perf.readers.source import document

TRIED = "0.13 (its format)"
_NS = 1e-6
_KNOWN = {0.0: "Min", 0.25: "Q1", 0.5: "Median", 0.75: "Q3", 1.0: "Max"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"BenchmarkDotNetVersion"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. `wall` is the median time of one operation, `allocated` its managed bytes."""
    found = document(source, name)
    version = found["HostEnvironmentInfo"]["BenchmarkDotNetVersion"]
    readings = []
    for one in found["Benchmarks"]:
        called = one.get("FullName") or one["DisplayInfo"]
        if not one.get("Statistics"):
            readings.append(Reading(name=called, version=version, failed="it was not run to its end"))
            continue
        bytes_ = (one.get("Memory") or {}).get("BytesAllocatedPerOperation")
        memory = () if bytes_ is None else (exactly("allocated", "B", bytes_),)
        readings.append(Reading(name=called, version=version, metrics=(_wall(one["Statistics"]), *memory)))
    return tuple(readings)


def _wall(told: Mapping[str, Any]) -> Reported:
    if told.get("OriginalValues"):
        return of_values("wall", "ms", [_NS * value for value in told["OriginalValues"]])
    wall = of_percentiles("wall", "ms", {q: _NS * told[key] for q, key in _KNOWN.items()}, 0.5, told["N"])
    assert wall is not None, "the median is among them"
    return wall
