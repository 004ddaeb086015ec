"""hyperfine: the document of `--export-json`, with every time.

Traps: with `--ignore-failure` runs that failed are among the times.
"""

from __future__ import annotations

from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_mean, of_values
from resonance_perf.readers.source import document

TRIED = "1.15"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"results"' in head and b'"command"' in head and b'"stddev"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. CPU time is told as a mean without its spread."""
    results = document(source, name)["results"]
    readings = []
    for one in results:
        called = one["command"] if len(results) > 1 else ""
        bad = sum(code != 0 for code in one.get("exit_codes") or ())
        if bad:
            readings.append(Reading(name=called, failed=f"{bad} of {len(one['exit_codes'])} runs failed"))
            continue
        wall = of_values("wall", "ms", [seconds * 1000 for seconds in one["times"]])
        cpu = of_mean("cpu", "ms", (one["user"] + one["system"]) * 1000, len(one["times"]))
        readings.append(Reading(name=called, metrics=(wall, cpu)))
    return tuple(readings)
