"""tinybench: its tasks, written as `bench.tasks.map(({name, result}) => ({name, ...result}))`.

Traps: a task is no plain object (6.2), so `JSON.stringify(bench.tasks)` is `[{},{}]`; samples are kept with
`retainSamples` only; an error becomes `{}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import of_percentiles, of_values
from resonance_perf.readers.source import document

TRIED = "6.2"
_KNOWN = {0.0: "min", 0.5: "p50", 0.75: "p75", 0.99: "p99", 0.995: "p995", 0.999: "p999", 1.0: "max"}
_SHOWN = {0.5: "wall", 0.99: "p99"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"timestampProviderName"' in head or (b'"latency"' in head and b'"aad"' in head and b'"critical"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. `wall` is the median time of one call."""
    readings = []
    for task in document(source, name):
        found = task.get("result", task)
        if "latency" not in found:
            readings.append(Reading(name=task["name"], failed=_why(found)))
        else:
            readings.append(Reading(name=task["name"], metrics=tuple(_told(found["latency"]))))
    return tuple(readings)


def _told(latency: Mapping[str, Any]) -> list[Reported]:
    if latency.get("samples"):
        return [of_values(metric, "ms", latency["samples"], q) for q, metric in _SHOWN.items()]
    known = {q: latency[key] for q, key in _KNOWN.items()}
    told = (of_percentiles(metric, "ms", known, q, latency["samplesCount"]) for q, metric in _SHOWN.items())
    return [one for one in told if one is not None]


def _why(found: Mapping[str, Any]) -> str:
    message = (found.get("error") or {}).get("message")
    return message or f"it was not run to its end, but is {found['state']}"
