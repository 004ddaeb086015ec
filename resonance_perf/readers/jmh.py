"""JMH: the document of `-rf json`, with every iteration of every fork.

Traps: iterations of one fork share its luck, so where there are several, each fork counts once; a number that JMH does
not have is the text "NaN"; the failed benchmarks of a run are missing in it.

Written after the format of 1.37, as published reports show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import IO, Any

from resonance_perf.model.quantity import UNITS
from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly, of_mean, of_percentiles, of_values
from resonance_perf.readers.source import document

TRIED = "1.37 (its format)"
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}
_ALLOCATED = "gc.alloc.rate.norm"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"jmhVersion"' in head and b'"benchmark"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. One benchmark in several modes is one reading with the metrics of all."""
    metrics: dict[str, dict[str, Reported]] = {}
    version = ""
    for one in document(source, name):
        version = one["jmhVersion"]
        params = ", ".join(f"{key}={value}" for key, value in (one.get("params") or {}).items())
        known = metrics.setdefault(f"{one['benchmark']}({params})" if params else one["benchmark"], {})
        for metric in (*_primary(one["primaryMetric"]), *_allocated(one.get("secondaryMetrics") or {})):
            known.setdefault(metric.metric, metric)
    if not metrics:
        return (Reading(failed="every benchmark of it failed"),)
    return tuple(
        Reading(name=called, metrics=tuple(told.values()), version=version) for called, told in metrics.items()
    )


def _primary(found: Mapping[str, Any]) -> list[Reported]:
    unit: str = found["scoreUnit"]
    if histogram := found.get("rawDataHistogram"):
        count = sum(times for fork in histogram for iteration in fork for _, times in iteration)
        factor = UNITS[unit.removesuffix("/op")].factor
        known = {
            round(float(q) / 100, 6): factor * value for q, value in found["scorePercentiles"].items() if value != "NaN"
        }
        told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
        return [metric for metric in told if metric is not None]
    if unit.startswith("ops/"):
        return [_of_forks("throughput", "req/s", 1000 / UNITS[unit.removeprefix("ops/")].factor, found)]
    return [_of_forks("wall", "ms", UNITS[unit.removesuffix("/op")].factor, found)]


def _of_forks(metric: str, unit: str, factor: float, found: Mapping[str, Any]) -> Reported:
    forks: Sequence[Sequence[float]] = found.get("rawData") or ()
    if not any(forks):
        return of_mean(metric, unit, factor * found["score"], 0)
    values = [fmean(fork) for fork in forks] if len(forks) > 1 else forks[0]
    return of_values(metric, unit, [factor * one for one in values])


def _allocated(found: Mapping[str, Any]) -> list[Reported]:
    """Bytes of one call, as `-prof gc` tells; older versions put a dot in front of its name."""
    one = found.get(_ALLOCATED) or found.get(f"·{_ALLOCATED}")
    return [exactly("allocated", "B", one["score"])] if one and one["scoreUnit"] == "B/op" else []
