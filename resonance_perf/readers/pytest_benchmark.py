"""pytest-benchmark: the document of `--benchmark-json`.

Traps: all rounds come from one process and share its luck; without `--benchmark-save-data` there is only the
summary.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles, of_values
from resonance_perf.readers.source import document

TRIED = "5"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"machine_info"' in head and b"python_implementation" in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The time of one call; the median of the rounds."""
    found = document(source, name)
    at = datetime.fromisoformat(found["datetime"]).timestamp()
    readings = []
    for one in found["benchmarks"]:
        stats = one["stats"]
        if stats.get("data"):
            wall = of_values("wall", "ms", [seconds * 1000 for seconds in stats["data"]])
        else:
            known = {0.0: "min", 0.25: "q1", 0.5: "median", 0.75: "q3", 1.0: "max"}
            told = {q: stats[key] * 1000 for q, key in known.items()}
            wall = of_percentiles("wall", "ms", told, 0.5, stats["rounds"]) or of_values("wall", "ms", [told[0.5]])
        readings.append(Reading(name=one["name"], metrics=(wall,), version=found["version"], at=at))
    return tuple(readings)
