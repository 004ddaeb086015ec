"""Google Benchmark: the document of `--benchmark_format=json`; each repetition is a value.

Traps: aggregates (mean, median, stddev) stand among the repetitions; a benchmark that was skipped with an error has no
time.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from resonance_perf.model.quantity import UNITS
from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_values
from resonance_perf.readers.source import document

TRIED = "1.7"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"library_build_type"' in head or (
        b'"context"' in head and b'"num_cpus"' in head and b'"executable"' in head
    )


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The median of the repetitions."""
    found = document(source, name)
    at = datetime.fromisoformat(found["context"]["date"]).timestamp()
    runs: dict[str, list[dict[str, Any]]] = {}
    for one in found["benchmarks"]:
        if one.get("run_type", "iteration") == "iteration":
            runs.setdefault(one.get("run_name", one["name"]), []).append(one)
    return tuple(_told(called, all_, at) for called, all_ in runs.items())


def _told(called: str, runs: list[dict[str, Any]], at: float) -> Reading:
    wrong = next((one for one in runs if one.get("error_occurred")), None)
    if wrong is not None:
        return Reading(name=called, failed=wrong.get("error_message") or "it was skipped with an error", at=at)
    metrics = tuple(
        of_values(metric, "ms", [one[key] * UNITS[one["time_unit"]].factor for one in runs])
        for metric, key in (("wall", "real_time"), ("cpu", "cpu_time"))
    )
    return Reading(name=called, metrics=metrics, at=at)
