"""Lighthouse: the report of `--output=json`, of a navigation or a timespan.

Traps: throttling is simulated unless told otherwise; a page that could not be loaded has a report all the same, with
`runtimeError`; INP is there in a timespan only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly, once
from resonance_perf.readers.source import document

_AUDITS = {
    "lcp": ("largest-contentful-paint", "ms"), "fcp": ("first-contentful-paint", "ms"),
    "cls": ("cumulative-layout-shift", ""), "tbt": ("total-blocking-time", "ms"), "si": ("speed-index", "ms"),
    "tti": ("interactive", "ms"), "ttfb": ("server-response-time", "ms"), "inp": ("interaction-to-next-paint", "ms"),
}  # fmt: skip


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"lighthouseVersion"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. Times of a single run decide nothing."""
    found = document(source, name)
    version, at = found["lighthouseVersion"], datetime.fromisoformat(found["fetchTime"].replace("Z", "+00:00"))
    error = found.get("runtimeError")
    if error:
        return (Reading(failed=f"{error['code']}: {error.get('message', '')}", version=version, at=at.timestamp()),)
    return (Reading(metrics=tuple(_metrics(found)), version=version, at=at.timestamp()),)


def _metrics(found: dict[str, Any]) -> Iterator[Reported]:
    for metric, (audit, unit) in _AUDITS.items():
        value = found["audits"].get(audit, {}).get("numericValue")
        if value is not None:
            yield once(metric, unit, value)
    score = found.get("categories", {}).get("performance", {}).get("score")
    if score is not None:
        yield exactly("score", "score", score)
    summary = found["audits"].get("resource-summary", {}).get("details", {})
    for one in summary.get("items", ()):
        kind = "bytes" if one["resourceType"] == "total" else f"{one['resourceType'].replace('-', '_')}_bytes"
        yield exactly(kind, "B", one["transferSize"])
        yield exactly(kind.replace("bytes", "requests"), "requests", one["requestCount"])
