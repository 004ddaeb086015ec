"""JMeter: result files (JTL as CSV with or without header, or as XML) and the dashboard's `statistics.json`.

Traps: it ends with 0 when samples fail; a code can be text; a sample with status 200 can have failed an assertion. 2.13
writes no header and twelve columns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers import NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.jtl import Alike, add_up
from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.source import document
from resonance_perf.readers.tally import Tally

TRIED = "5.5"
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}
_SUMMARY = {"minResTime": 0.0, "medianResTime": 0.5, "pct1ResTime": 0.9, "pct2ResTime": 0.95, "pct3ResTime": 0.99,
            "maxResTime": 1.0}  # fmt: skip
_TOTAL = "Total"


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
    first_ms: float = inf
    last_ms: float = 0.0

    def add(self, alike: Alike) -> None:
        self.times[alike.took] += alike.count
        self.failed += 0 if alike.ok else alike.count
        self.first_ms, self.last_ms = min(self.first_ms, alike.first), max(self.last_ms, alike.last + alike.took)

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
        return Reading(
            name=name, metrics=tuple(metrics), load_model="closed", requests=count - self.failed,
            at=self.first_ms / 1000,
        )  # fmt: skip


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
    skipped = Skipped(name, "this line is no sample of JMeter")
    samples = add_up(source, skipped, warmup_s)
    labels: dict[str, _Label] = defaultdict(_Label)
    for alike in samples.alike.values():
        labels[alike.label].add(alike)
    if not labels:
        failed = NOTHING_LEFT if samples.begin < inf else "it holds no sample"
        return (Reading(failed=failed, skipped=skipped.count, problems=skipped.problems),)
    whole = _Label()
    for one in labels.values():
        whole.join(one)
    first = replace(whole.told(""), skipped=skipped.count, problems=skipped.problems)
    return (first, *(one.told(label) for label, one in labels.items() if len(labels) > 1))


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
        metrics.append(of_share("error_rate", failed, count))
        yield Reading(name=name, metrics=tuple(metrics), load_model="closed", requests=count - failed)
