"""The series of a file of OTLP metrics, each added up over its points, as OpenTelemetry's data model says.

A cumulative point tells everything since its start, so of those with one start the last counts; delta points add up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Literal

from resonance_perf.readers.otlp.buckets import Buckets, of_explicit, of_exponential
from resonance_perf.readers.skipped import Skipped

Kind = Literal["gauge", "sum", "histogram", "exponentialHistogram", "summary"]
KINDS: tuple[Kind, ...] = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")
MOST_SERIES = 20_000
_MOST_LINE = 64_000_000
_DELTA = 1
_NOTHING_RECORDED = 1
"""The flag of a point that says only that its series has ended."""


@dataclass(slots=True)
class Series:
    """One metric with its labels: those of the resource and those of its points. `values` are those of a gauge, or the
    increases of a sum; times are in seconds since 1970."""

    name: str
    kind: Kind
    unit: str
    labels: Mapping[str, str]
    own: tuple[str, ...]
    """The labels that tell it from others of its service."""
    monotonic: bool = False
    values: list[float] = field(default_factory=list)
    buckets: Buckets = field(default_factory=Buckets)
    quantiles: dict[float, float] = field(default_factory=dict)
    count: int = 0
    start_s: float = float("inf")
    end_s: float = 0.0
    _open: dict[float, tuple[float, Any]] = field(default_factory=dict)
    """Of cumulative points: start -> (time, the last point)."""

    def take(self, point: Mapping[str, Any], *, delta: bool) -> None:
        """Take in a point."""
        if int(point.get("flags", 0)) & _NOTHING_RECORDED:
            return
        end = int(point.get("timeUnixNano", 0)) / 1e9
        start = int(point.get("startTimeUnixNano", 0)) / 1e9 or end
        self.start_s, self.end_s = min(self.start_s, start), max(self.end_s, end)
        if self.kind == "gauge" or (self.kind == "sum" and not self.monotonic):
            self.values.append(_number(point))
        elif delta:
            self._add(point)
        elif start not in self._open or end >= self._open[start][0]:
            self._open[start] = end, point

    def close(self) -> None:
        """Add what cumulative points tell in the end."""
        for _, point in self._open.values():
            self._add(point)
        self._open.clear()

    def _add(self, point: Mapping[str, Any]) -> None:
        if self.kind == "sum":
            self.values.append(_number(point))
            return
        self.count += int(point.get("count", 0))
        if self.kind == "summary":
            found = point.get("quantileValues", ())
            self.quantiles = {float(one.get("quantile", 0)): float(one.get("value", 0)) for one in found}
        else:
            self.buckets.add((of_explicit if self.kind == "histogram" else of_exponential)(point))


def read_series(source: IO[bytes], skipped: Skipped) -> list[Series]:
    """Every series of a file with one document a line.

    Raises:
        ValueError: when there are too many series to keep.
    """
    found: dict[tuple[object, ...], Series] = {}
    number = 0
    while line := source.readline(_MOST_LINE):
        number += 1
        try:
            for key, series, delta, point in _points(json.loads(line)):
                found.setdefault(key, series).take(point, delta=delta)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
            if line.strip():
                skipped.add(number)
        if len(found) > MOST_SERIES:
            raise ValueError(f"it has more than {MOST_SERIES} series")
    for one in found.values():
        one.close()
    return list(found.values())


def _points(document: Mapping[str, Any]) -> Iterator[tuple[tuple[object, ...], Series, bool, Mapping[str, Any]]]:
    """(what tells its series from others, the series as it would begin, whether it is a delta, the point)."""
    for resource in document["resourceMetrics"]:
        about = _labels(resource.get("resource", {}).get("attributes", ()))
        for metric in (one for scope in resource["scopeMetrics"] for one in scope.get("metrics", ())):
            kind = next((one for one in KINDS if one in metric), None)
            if kind is None:  # a metric without points
                continue
            data = metric[kind]
            delta, monotonic = data.get("aggregationTemporality") == _DELTA, bool(data.get("isMonotonic"))
            for point in data.get("dataPoints", ()):
                own = _labels(point.get("attributes", ()))
                told = sorted({**about, **own}.items())
                key = metric["name"], kind, metric.get("unit", ""), *told
                labels = dict(told)
                yield key, Series(metric["name"], kind, key[2], labels, tuple(own), monotonic), delta, point


def _labels(attributes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Attributes as text; of a list or a map its JSON."""
    found = {}
    for one in attributes:
        ((_, value),) = one["value"].items() if one.get("value") else (("", ""),)
        found[str(one["key"])] = value if isinstance(value, str) else json.dumps(value)
    return found


def _number(point: Mapping[str, Any]) -> float:
    return float(point["asDouble"] if "asDouble" in point else point["asInt"])
