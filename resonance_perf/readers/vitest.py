"""vitest bench (tinybench): the document of `--outputJson`.

Traps: the samples are left out of it, so there is the summary only; a benchmark that threw has no numbers.
"""

from __future__ import annotations

from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles
from resonance_perf.readers.source import document

TRIED = "4.1"
_KNOWN = {0.0: "min", 0.5: "median", 0.75: "p75", 0.99: "p99", 0.995: "p995", 0.999: "p999", 1.0: "max"}
_SHOWN = {0.5: "wall", 0.99: "p99"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"groups"' in head and b'"benchmarks"' in head and b'"fullName"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. `wall` is the median time of one call."""
    readings = []
    for file in document(source, name)["files"]:
        for group in file["groups"]:
            for one in group["benchmarks"]:
                called = f"{group['fullName']} > {one['name']}"
                if not one.get("sampleCount"):
                    readings.append(Reading(name=called, failed="it was not run to its end"))
                    continue
                known = {q: one[key] for q, key in _KNOWN.items()}
                told = (of_percentiles(metric, "ms", known, q, one["sampleCount"]) for q, metric in _SHOWN.items())
                readings.append(Reading(name=called, metrics=tuple(metric for metric in told if metric is not None)))
    return tuple(readings)
