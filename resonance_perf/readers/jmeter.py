"""JMeter: result files (JTL as CSV with or without header, or as XML) and the dashboard's `statistics.json`.

Traps: it ends with 0 when samples fail; a code can be text; a sample with status 200 can have failed an assertion. 2.13
writes no header and twelve columns.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import itemgetter
from typing import IO, Any
from xml.parsers.expat import ExpatError, ParserCreate

from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers import NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import bad, document, refuse_entities
from resonance_perf.readers.tally import Tally

TRIED = "5.5"
_OLD = ("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "threadName", "dataType", "success",
        "bytes", "grpThreads", "allThreads", "Latency")  # fmt: skip
"""The columns of 2.13, which writes no header."""
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}
_SUMMARY = {"minResTime": 0.0, "medianResTime": 0.5, "pct1ResTime": 0.9, "pct2ResTime": 0.95, "pct3ResTime": 0.99,
            "maxResTime": 1.0}  # fmt: skip
_TOTAL = "Total"
_CHUNK = 1 << 20
_MOST_PROBLEMS = 5


def recognises(name: str, head: bytes) -> bool:
    """See `Reader`."""
    if head.startswith(b"timeStamp,elapsed,") or b"<testResults" in head[:300] or b'"medianResTime"' in head:
        return True
    return name.endswith(".jtl") and head[:14].replace(b",", b"").isdigit()


@dataclass(slots=True)
class _Label:
    """What the samples with one label add up to."""

    times: Counter[float] = field(default_factory=Counter)
    """How often each time was seen: they are whole milliseconds, so there are not many."""
    failed: int = 0
    first_ms: float = float("inf")
    last_ms: float = 0.0

    def add(self, at_ms: float, elapsed_ms: float, ok: bool) -> None:
        self.times[elapsed_ms] += 1
        self.failed += not ok
        if at_ms < self.first_ms:
            self.first_ms = at_ms
        if at_ms + elapsed_ms > self.last_ms:
            self.last_ms = at_ms + elapsed_ms

    def join(self, other: _Label) -> None:
        self.times.update(other.times)
        self.failed += other.failed
        self.first_ms, self.last_ms = min(self.first_ms, other.first_ms), max(self.last_ms, other.last_ms)

    def told(self, name: str) -> Reading:
        times = Tally()
        for elapsed_ms, often in self.times.items():
            times.add(elapsed_ms, often)
        count = times.count
        if self.failed >= count:
            return Reading(name=name, failed=f"no request succeeded: {self.failed} of {count} failed")
        metrics: list[Reported] = [times.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
        if self.last_ms > self.first_ms:
            metrics.append(of_rate("throughput", count, (self.last_ms - self.first_ms) / 1000))
        metrics.append(of_share("error_rate", self.failed, count))
        return Reading(name=name, metrics=tuple(metrics), load_model="closed", at=self.first_ms / 1000)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. All samples together come first, then each label where there are several."""
    return read_warm(source, name, 0.0)


def read_warm(source: IO[bytes], name: str, warmup_s: float) -> tuple[Reading, ...]:
    """See `Series`."""
    start = source.read(300).lstrip()
    source.seek(0)
    if start.startswith(b"{"):
        if warmup_s:
            raise ValueError("it is a summary, which has no times")
        return tuple(_summaries(document(source, name)))
    problems = _Problems(name)
    labels: dict[str, _Label] = defaultdict(_Label)
    samples = _of_xml(source, name) if start.startswith(b"<") else _of_csv(source, problems)
    begin_ms = float("inf")  # the lines are in the order of the answers
    for label, at_ms, elapsed_ms, ok in samples:
        if at_ms < begin_ms:
            begin_ms = at_ms
        if at_ms >= begin_ms + 1000 * warmup_s:
            labels[label].add(at_ms, elapsed_ms, ok)
    if not labels:
        failed = "it holds no sample" if begin_ms == float("inf") else NOTHING_LEFT
        return (Reading(failed=failed, skipped=problems.count, problems=tuple(problems.first)),)
    whole = _Label()
    for one in labels.values():
        whole.join(one)
    first = replace(whole.told(""), skipped=problems.count, problems=tuple(problems.first))
    return (first, *(one.told(label) for label, one in labels.items() if len(labels) > 1))


@dataclass(slots=True)
class _Problems:
    """How many lines were left out, and the first of them."""

    name: str
    count: int = 0
    first: list[Problem] = field(default_factory=list)

    def add(self, number: int) -> None:
        self.count += 1
        if len(self.first) < _MOST_PROBLEMS:
            place = Location(self.name, number)
            self.first.append(Problem("this line is no sample of JMeter", place, "It is left out."))


_Sample = tuple[str, float, float, bool]
"""Label, when it began and how long it took in ms, whether it succeeded."""


def _of_csv(source: IO[bytes], problems: _Problems) -> Iterator[_Sample]:
    rows = csv.reader(io.TextIOWrapper(source, "utf-8", "replace", newline=""))
    first = next(rows, None)
    if first is None:
        return
    headless = first[0].isdigit()
    columns = {column: at for at, column in enumerate(_OLD if headless else first)}
    wanted = itemgetter(*(columns[one] for one in ("label", "timeStamp", "elapsed", "success")))
    for number, row in enumerate(chain([first], rows) if headless else rows, start=1 if headless else 2):
        try:
            label, at, took, ok = wanted(row)
            yield label, float(at), float(took), ok == "true" or ok.lower() == "true"
        except (ValueError, IndexError):
            problems.add(number)


def _of_xml(source: IO[bytes], name: str) -> Iterable[_Sample]:
    """Samples as they are read: such a file has gigabytes. Samples inside a sample are parts of it, and not counted."""
    found: list[_Sample] = []
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if tag in ("httpSample", "sample"):
            depth += 1
            if depth == 1:
                one = attributes
                found.append((one["lb"], float(one["ts"]), float(one["t"]), one["s"] == "true"))

    def end(tag: str) -> None:
        nonlocal depth
        depth -= tag in ("httpSample", "sample")

    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    refuse_entities(parser)
    while chunk := source.read(_CHUNK):
        try:
            parser.Parse(chunk, False)
        except ExpatError as error:
            raise bad(name, f"this is not XML ({error})", "Was it cut off?", error.lineno, error.offset + 1) from error
        yield from found
        found.clear()


def _summaries(found: Mapping[str, Mapping[str, Any]]) -> Iterator[Reading]:
    for label, one in sorted(found.items(), key=lambda item: item[0] != _TOTAL):
        name, count, failed = "" if label == _TOTAL else label, one["sampleCount"], one["errorCount"]
        if failed >= count:
            yield Reading(name=name, failed=f"no request succeeded: {failed} of {count} failed")
            continue
        known = {q: one[key] for key, q in _SUMMARY.items()}
        told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
        metrics = [metric for metric in told if metric is not None]
        if one["throughput"] > 0:
            metrics.append(of_rate("throughput", count, count / one["throughput"]))
        yield Reading(name=name, metrics=(*metrics, of_share("error_rate", failed, count)), load_model="closed")
