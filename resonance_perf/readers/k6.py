"""k6: `--summary-export`, the data of `handleSummary`, and the points of `--out json`.

Traps: of a Rate metric, `passes` counts what the rate is of, so of `http_req_failed` the failures. When every request
was refused, all durations are 0. Without `--summary-trend-stats` there is no p(99) and no count.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any

from resonance_perf.model.metric import LoadModel
from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers import HEAD_BYTES, NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.source import document
from resonance_perf.readers.tally import Tally

TRIED = "1.1.0"
DURATION, FAILED, DROPPED = "http_req_duration", "http_req_failed", "dropped_iterations"
NOTHING = "no request succeeded: {} of {} failed"
_STATS = {"min": 0.0, "med": 0.5, "max": 1.0}
_STAT = re.compile(r"p\((\d+(?:\.\d+)?)\)")
_POINTS = re.compile(rb'\s*\{"(?:type":"(?:Metric|Point)"|metric":"\w+","type":"(?:Metric|Point)")')
_POINT = re.compile(rb'\{"metric":"(\w+)","type":"Point","data":\{"time":"([^"]+)","value":([^,]+),')
_HEAD = b'{"metric":"'
_COUNTED = {DURATION.encode(), b"http_reqs", FAILED.encode(), DROPPED.encode(), b"iterations"}
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return _POINTS.match(head) is not None or (b'"metrics"' in head and b"http_req_" in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    return read_warm(source, name, 0.0)


def read_warm(source: IO[bytes], name: str, warmup_s: float) -> tuple[Reading, ...]:
    """See `Series`. A point has the time at which its request ended."""
    first = source.readline(HEAD_BYTES)
    source.seek(0)
    if not _POINTS.match(first):
        if warmup_s:
            raise ValueError("it is a summary, which has no times")
        return (_summary(document(source, name)),)
    points = _Points(Skipped(name, "this line is no point of k6"), warmup_s)
    for number, line in enumerate(source, start=1):
        points.take(number, line)
    return (points.told(),)


def _summary(found: Mapping[str, Any]) -> Reading:
    metrics = {name: one.get("values", one) for name, one in found["metrics"].items()}
    requests, failed = metrics.get("http_reqs"), metrics.get(FAILED)
    if requests is None or not requests["count"]:
        return Reading(failed="no request was sent")
    total, bad = int(requests["count"]), int(failed["passes"]) if failed else 0
    if bad >= total:
        return Reading(failed=NOTHING.format(bad, total))
    told = [*_percentiles(metrics[DURATION], total), of_rate("throughput", total, total / requests["rate"])]
    told += [of_share("error_rate", bad, total)] if failed else []
    dropped, done = (int(metrics.get(one, {}).get("count", 0)) for one in (DROPPED, "iterations"))
    told += _dropped(dropped, done)
    return Reading(metrics=tuple(told), load_model="open" if dropped else None, requests=total - bad)


def _percentiles(values: Mapping[str, float], count: int) -> Iterator[Reported]:
    known = {}
    for key, value in values.items():
        if (match := _STAT.fullmatch(key)) is not None:
            known[round(float(match[1]) / 100, 6)] = value
        elif key in _STATS:
            known[_STATS[key]] = value
    for q, metric in _SHOWN.items():
        told = of_percentiles(metric, "ms", known, q, count)
        if told is not None:
            yield told


def _dropped(dropped: int, done: int) -> list[Reported]:
    """The share of iterations that were due and not begun: the load was not what was asked for."""
    return [of_share("dropped", dropped, dropped + done)] if dropped else []


@dataclass(slots=True)
class _Points:
    """What the points that were seen so far add up to."""

    skipped: Skipped
    warmup_s: float = 0.0
    durations: Tally = field(default_factory=Tally)
    sums: Counter[str] = field(default_factory=Counter)
    begin: float | None = None
    first: str = ""
    last: str = ""

    def take(self, number: int, line: bytes) -> None:
        """Take in a line. Such a file has gigabytes: of a point as k6 writes it, the tags are not read, and of one that
        does not count, nothing."""
        whole = line.endswith(b"}}}\n")
        if whole and line.startswith(_HEAD) and line[len(_HEAD) : line.find(b'"', len(_HEAD))] not in _COUNTED:
            return
        match = _POINT.match(line)
        try:
            if match is not None and (whole or line.rstrip().endswith(b"}}}")):
                self._add(match[1].decode(), match[2].decode(), float(match[3]))
                return
            found = json.loads(line)
            if found["type"] == "Point":
                self._add(found["metric"], found["data"]["time"], float(found["data"]["value"]))
        except (ValueError, KeyError, TypeError):
            self.skipped.add(number)

    def _add(self, metric: str, time: str, value: float) -> None:
        if self.warmup_s and self._is_early(time):
            return
        if metric == DURATION:
            self.durations.add(value)
            self.first, self.last = self.first or time, time
        else:
            self.sums[metric] += value  # type: ignore[assignment]  # a Counter adds up any numbers

    def _is_early(self, time: str) -> bool:
        at = _seconds(time)
        self.begin = at if self.begin is None else self.begin
        return at < self.begin + self.warmup_s

    def told(self) -> Reading:
        """The reading of all of them."""
        left = Reading(skipped=self.skipped.count, problems=self.skipped.problems)
        total, bad, dropped = (int(self.sums[one]) for one in ("http_reqs", FAILED, DROPPED))
        if not total:
            return replace(left, failed="no request was sent" if self.begin is None else NOTHING_LEFT)
        if bad >= total:
            return replace(left, failed=NOTHING.format(bad, total))
        at, until = _seconds(self.first), _seconds(self.last)
        metrics = [self.durations.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
        metrics += [of_rate("throughput", total, until - at)] if until > at else []
        metrics += [of_share("error_rate", bad, total), *_dropped(dropped, int(self.sums["iterations"]))]
        model: LoadModel | None = "open" if dropped else None
        return replace(left, metrics=tuple(metrics), load_model=model, requests=total - bad, at=at)


def _seconds(time: str) -> float:
    """RFC 3339 with nanoseconds, which `datetime` reads up to microseconds."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", time).replace("Z", "+00:00")).timestamp()
