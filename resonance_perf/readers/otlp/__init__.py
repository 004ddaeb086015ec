"""otlp: metrics of OpenTelemetry as JSON, a document a line, as `serve` and the collector's file exporter keep them.

Traps: a percentile lies somewhere in its bucket, so its interval is as wide as that; a cumulative series tells all
since its program began, whatever the file begins with; each label is a series of its own unless `take` adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite
from typing import IO

from resonance_perf.model.errors import UsageError
from resonance_perf.model.quantity import BASE_SYMBOLS, UNITS, Unit
from resonance_perf.model.reading import Reading, Reported
from resonance_perf.model.take import Take
from resonance_perf.readers.intervals import exactly, of_percentiles, of_rate, of_values, once
from resonance_perf.readers.otlp.buckets import Buckets
from resonance_perf.readers.otlp.points import Series, read_series
from resonance_perf.readers.selector import selected
from resonance_perf.readers.skipped import Skipped

TRIED = "SDK 1.45"
SERVICE = "service.name"
_SHOWN = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
_UCUM = {"By": "B", "kBy": "kB", "MBy": "MB", "GBy": "GB", "KiBy": "KiB", "MiBy": "MiB", "GiBy": "GiB", "1": ""}
"""Units of the Unified Code for Units of Measure that have another symbol here."""


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(b'{"resourceMetrics":')


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. Each metric is a reading for each of its labels, all instances of a service together."""
    skipped = Skipped(name, "this is no document of OTLP metrics")
    groups: dict[tuple[str, ...], list[Series]] = {}
    for one in read_series(source, skipped):
        shown = [SERVICE, *sorted(one.own)]
        labels = [f"{label}={one.labels[label]}" for label in shown if label in one.labels]
        groups.setdefault((one.name, one.kind, one.unit, *labels), []).append(one)
    readings = [
        Reading(name=" ".join((group[0], *group[3:])), metrics=metrics, at=_began(series))
        for group, series in groups.items()
        if (metrics := tuple(_all(series)))
    ]
    return _with(readings, skipped)


def read_taken(source: IO[bytes], name: str, takes: Sequence[Take]) -> tuple[Reading, ...]:
    """See `Taking`. Every series that has the labels, and maybe others, is added up; the unit is that of the file,
    unless one is given."""
    skipped = Skipped(name, "this is no document of OTLP metrics")
    series = read_series(source, skipped)
    metrics, gone = [], []
    for one in takes:
        wanted, labels = selected(one.where)
        chosen = [each for each in series if each.name == wanted and labels.items() <= each.labels.items()]
        told = _taken(one, chosen) if chosen else None
        if told is None:
            gone.append(one.where)
        else:
            metrics.append(told)
    if gone:
        return _with([Reading(failed=f"there is no number at {', '.join(gone)}")], skipped)
    return _with([Reading(metrics=tuple(metrics), at=_began(series))], skipped)


def _with(readings: list[Reading], skipped: Skipped) -> tuple[Reading, ...]:
    first, *rest = readings or [Reading(failed="it holds no metric with a point")]
    return (replace(first, skipped=skipped.count, problems=skipped.problems), *rest)


def _all(series: Sequence[Series]) -> Iterator[Reported]:
    """Everything that can be said of series of one kind."""
    unit = _unit(series[0].unit)
    if series[0].kind in ("gauge", "sum"):
        rate = series[0].kind == "sum" and series[0].monotonic and unit.dimension == "number"
        name = "throughput" if rate else "total" if series[0].monotonic else "value"
        told = _number(name, series, UNITS["req/s"] if rate else unit)
        if told is not None:
            yield told
        return
    yield from (found for name in _SHOWN if (found := _quantile(name, series, unit)) is not None)


def _taken(one: Take, series: Sequence[Series]) -> Reported | None:
    kinds = {(each.kind, each.unit) for each in series}
    if len(kinds) > 1:
        raise UsageError(f"{one.where} is of several kinds or units", hint="Choose one by its labels.")
    unit = one.unit if one.unit.symbol else _unit(series[0].unit)
    if series[0].kind in ("gauge", "sum"):
        return _number(one.metric, series, unit)
    if one.metric not in _SHOWN:
        raise UsageError(f"{one.where} is a histogram", hint=f"Call what is taken from it {', '.join(_SHOWN)}.")
    return _quantile(one.metric, series, unit)


def _number(name: str, series: Sequence[Series], unit: Unit) -> Reported | None:
    """The median of gauges; of what only grows, its sum, or its rate where the unit is one."""
    values = [unit.factor * value for one in series for value in one.values if isfinite(value)]
    if not values:
        return None
    base = BASE_SYMBOLS[unit.dimension]
    if not series[0].monotonic:
        return once(name, base, values[0]) if len(values) == 1 else of_values(name, base, values)
    total, seconds = sum(values), max(one.end_s for one in series) - min(one.start_s for one in series)
    if unit.dimension != "rate":
        return exactly(name, base, total)
    return of_rate(name, round(total), seconds) if seconds > 0 else None


def _quantile(name: str, series: Sequence[Series], unit: Unit) -> Reported | None:
    base, count = BASE_SYMBOLS[unit.dimension], sum(one.count for one in series)
    if not count:
        return None
    if series[0].kind == "summary":  # quantiles do not add up
        known = {q: unit.factor * value for q, value in series[0].quantiles.items() if isfinite(value)}
        return of_percentiles(name, base, known, _SHOWN[name], count) if len(series) == 1 else None
    whole = Buckets()
    for one in series:
        whole.join(one.buckets)
    return whole.quantile(name, base, _SHOWN[name], unit.factor) if whole else None


def _began(series: Sequence[Series]) -> float | None:
    return min((one.start_s for one in series if one.start_s > 0), default=None)


def _unit(ucum: str) -> Unit:
    """Ours for a unit of UCUM; a plain number for one that nobody knows, such as `{request}`."""
    return UNITS.get(_UCUM.get(ucum, ucum), UNITS[""])
