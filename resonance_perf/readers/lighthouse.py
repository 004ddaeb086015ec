"""Lighthouse: the report of `--output=json`, of a navigation or a timespan, and the result of a user flow.

Traps: throttling is simulated unless told otherwise; a page that could not be loaded has a report all the same, with
`runtimeError`; INP is there in a timespan only; `--budget-path` is taken and ignored since 12.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any
from urllib.parse import urlsplit

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.model.run import Part
from resonance_perf.readers.intervals import exactly, once
from resonance_perf.readers.source import document

TRIED = "12.8.2"
MOST_PARTS = 10
"""So many parts of a metric are kept, the greatest."""
_AUDITS = {
    "lcp": ("largest-contentful-paint", "ms"), "fcp": ("first-contentful-paint", "ms"),
    "cls": ("cumulative-layout-shift", ""), "tbt": ("total-blocking-time", "ms"), "si": ("speed-index", "ms"),
    "tti": ("interactive", "ms"), "ttfb": ("server-response-time", "ms"), "inp": ("interaction-to-next-paint", "ms"),
}  # fmt: skip
_LONG_TASK_MS = 50
"""A task blocks from here on (W3C Long Tasks)."""


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"lighthouseVersion"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. Times of a single run decide nothing.

    A flow is a reading for each step, and one without a name for all: what its first step tells, and what only later
    ones do, such as INP.
    """
    found = document(source, name)
    if "steps" not in found:
        return (_reading(found),)
    steps = tuple(_reading(one["lhr"], one["name"]) for one in found["steps"])
    return (_together(steps), *steps)


def _together(steps: tuple[Reading, ...]) -> Reading:
    first = steps[0]
    failed = next((f"{one.name}: {one.failed}" for one in steps if one.failed), "")
    if failed:
        return Reading(failed=failed, version=first.version, at=first.at)
    metrics: dict[str, Reported] = {}
    parts: list[Part] = []
    for one in steps:
        new = {told.metric: told for told in one.metrics if told.metric not in metrics}
        parts += (part for part in one.parts if part.metric in new)
        metrics |= new
    return Reading(metrics=tuple(metrics.values()), parts=tuple(parts), version=first.version, at=first.at)


def _reading(found: dict[str, Any], name: str = "") -> Reading:
    at = datetime.fromisoformat(found["fetchTime"].replace("Z", "+00:00")).timestamp()
    metrics, failed = tuple(_metrics(found)), _failure(found)
    if not failed and not metrics:
        failed = "it has no audit that tells a number"
    if failed:
        return Reading(name=name, failed=failed, version=found["lighthouseVersion"], at=at)
    values = {one.metric: one.value for one in metrics}
    return Reading(
        name=name, metrics=metrics, parts=tuple(_parts(found, values)), version=found["lighthouseVersion"], at=at
    )


def _failure(found: dict[str, Any]) -> str:
    """A sentence when the page did not load, or when an audit of ours broke: the score is null then."""
    error = found.get("runtimeError")
    if error:
        return f"{error['code']}: {error.get('message', '')}"
    for audit, _ in _AUDITS.values():
        one = found["audits"].get(audit, {})
        if one.get("scoreDisplayMode") == "error":
            return f"{audit}: {one.get('errorMessage', 'it broke')}"
    return ""


def _metrics(found: dict[str, Any]) -> Iterator[Reported]:
    for metric, (audit, unit) in _AUDITS.items():
        value = found["audits"].get(audit, {}).get("numericValue")
        if value is not None:
            yield once(metric, unit, value)
    score = found.get("categories", {}).get("performance", {}).get("score")
    if score is not None:
        yield exactly("score", "score", score)
    for one in _items(found, "resource-summary"):
        kind = "bytes" if one["resourceType"] == "total" else f"{one['resourceType'].replace('-', '_')}_bytes"
        yield exactly(kind, "B", one["transferSize"])
        yield exactly(kind.replace("bytes", "requests"), "requests", one["requestCount"])


def _parts(found: dict[str, Any], values: Mapping[str, float]) -> Iterator[Part]:
    """Who is to blame: elements for LCP, CLS and INP, scripts for TBT, requests for bytes."""
    for metric, audit in (("lcp", "lcp-breakdown-insight"), ("inp", "inp-breakdown-insight")):
        nodes = (one for one in _items(found, audit) if one.get("type") == "node")
        if metric in values:
            yield from (Part(metric, _element(one), values[metric]) for one in nodes)
    shifts = ((_element(one["node"]), one["score"]) for one in _items(found, "layout-shifts"))
    yield from _greatest("cls", shifts)
    if values.get("tbt"):
        tasks = _items(found, "long-tasks")
        blocking = ((_path(one["url"], found), max(0.0, one["duration"] - _LONG_TASK_MS)) for one in tasks)
        yield from _greatest("tbt", blocking)
    if "bytes" in values:
        requests = _items(found, "network-requests")
        yield from _greatest("bytes", ((_path(one["url"], found), one.get("transferSize", 0)) for one in requests))


def _greatest(metric: str, shares: Iterable[tuple[str, float]]) -> Iterator[Part]:
    total: Counter[str] = Counter()
    for name, share in shares:
        total[name] += share  # type: ignore[assignment]  # a Counter adds fractions, too
    yield from (Part(metric, name, share) for name, share in total.most_common(MOST_PARTS) if share)


def _items(found: dict[str, Any], audit: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (found["audits"].get(audit, {}).get("details") or {}).get("items", [])
    return items


def _element(node: dict[str, Any]) -> str:
    return str(node.get("selector") or node.get("snippet") or node.get("value") or "an element that is gone")


def _path(url: str, found: dict[str, Any]) -> str:
    """Without the page's own origin: its port is another one in every run."""
    parts, page = urlsplit(url), urlsplit(found.get("finalDisplayedUrl") or "")
    own = (parts.scheme, parts.netloc) == (page.scheme, page.netloc)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if own else url[:200]
