"""pyperf: the file of `-o`, with every value of every process.

Traps: values of one process share its luck, so each process counts once; calibration runs have no values.
"""

from __future__ import annotations

from datetime import datetime
from statistics import mean
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_values
from resonance_perf.readers.source import document

TRIED = "2.11"
_UNITS = {"second": ("wall", "ms", 1000.0), "byte": ("memory", "B", 1.0), "integer": ("value", "", 1.0)}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"benchmarks"' in head and b'"runs"' in head and (b'"warmups"' in head or b'"calibrate_loops"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The median over the processes of their means."""
    found = document(source, name)
    readings = []
    for one in found["benchmarks"]:
        facts = {**found.get("metadata", {}), **one.get("metadata", {})}
        metric, unit, factor = _UNITS[facts.get("unit", "second")]
        runs = [run for run in one["runs"] if run.get("values")]
        called = facts.get("name", "")
        if not runs:
            readings.append(Reading(name=called, failed="it holds no value"))
            continue
        value = of_values(metric, unit, [factor * mean(run["values"]) for run in runs])
        begun = one["runs"][0].get("metadata", {}).get("date")
        at = datetime.fromisoformat(begun).timestamp() if begun else None
        version = facts.get("perf_version", "")
        readings.append(Reading(name=called, metrics=(value,), version=version, at=at))
    return tuple(readings)
