"""JMeter: result files (JTL as CSV with or without header, or as XML) and the dashboard's `statistics.json`.

Traps: it ends with 0 when samples fail; a code can be text; a sample with status 200 can have failed an assertion. 2.13
writes no header and twelve columns.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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

    times: Tally = field(default_factory=Tally)
    failed: int = 0
    first_ms: float = float("inf")
    last_ms: float = 0.0

    def add(self, at_ms: float, elapsed_ms: float, ok: bool) -> None:
        self.times.add(elapsed_ms)
        self.failed += not ok
        self.first_ms, self.last_ms = min(self.first_ms, at_ms), max(self.last_ms, at_ms + elapsed_ms)

    def told(self, name: str) -> Reading:
        count = self.times.count
        if self.failed >= count:
            return Reading(name=name, failed=f"no request succeeded: {self.failed} of {count} failed")
        metrics: list[Reported] = [self.times.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
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
    problems: list[Problem] = []
    labels: dict[str, _Label] = {}
    whole = _Label()
    samples = _of_xml(source, name) if start.startswith(b"<") else _of_csv(source, name, problems)
    begin_ms = float("inf")  # the lines are in the order of the answers
    for label, at_ms, elapsed_ms, ok in samples:
        begin_ms = min(begin_ms, at_ms)
        if at_ms < begin_ms + 1000 * warmup_s:
            continue
        whole.add(at_ms, elapsed_ms, ok)
        labels.setdefault(label, _Label()).add(at_ms, elapsed_ms, ok)
    if not whole.times.count:
        failed = "it holds no sample" if begin_ms == float("inf") else NOTHING_LEFT
        return (Reading(failed=failed, skipped=len(problems), problems=tuple(problems[:_MOST_PROBLEMS])),)
    told = whole.told("")
    first = Reading(
        metrics=told.metrics, load_model=told.load_model, at=told.at, failed=told.failed, skipped=len(problems),
        problems=tuple(problems[:_MOST_PROBLEMS]),
    )  # fmt: skip
    return (first, *(one.told(label) for label, one in labels.items() if len(labels) > 1))


_Sample = tuple[str, float, float, bool]
"""Label, when it began and how long it took in ms, whether it succeeded."""


def _of_csv(source: IO[bytes], name: str, problems: list[Problem]) -> Iterator[_Sample]:
    rows = csv.reader(io.TextIOWrapper(source, "utf-8", "replace", newline=""))
    columns: Mapping[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if number == 1:
            columns = {column: at for at, column in enumerate(_OLD if row[0].isdigit() else row)}
            if not row[0].isdigit():
                continue
        try:
            label, at, took, ok = (row[columns[one]] for one in ("label", "timeStamp", "elapsed", "success"))
            yield label, float(at), float(took), ok.lower() == "true"
        except (ValueError, IndexError):
            problems.append(Problem("this line is no sample of JMeter", Location(name, number), "It is left out."))


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
