"""browsertime: its `browsertime.json`, with the web vitals of every iteration.

Traps: an iteration that failed is in the list with its errors; a page that was marked as failed has numbers all the
same.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_values
from resonance_perf.readers.source import document

TRIED = "26.3.2"
_VITALS = {
    "lcp": ("largestContentfulPaint", "ms"), "fcp": ("firstContentfulPaint", "ms"), "ttfb": ("ttfb", "ms"),
    "cls": ("cumulativeLayoutShift", ""), "tbt": ("totalBlockingTime", "ms"),
    "inp": ("interactionToNextPaint", "ms"),
}  # fmt: skip


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"browsertime"' in head and b'"connectivity"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. One reading for each page; the median of its iterations."""
    pages = document(source, name)
    readings = []
    for page in pages:
        info = page["info"]
        called = info["url"] if len(pages) > 1 else ""
        at, version = datetime.fromisoformat(info["timestamp"]).timestamp(), info["browsertime"]["version"]
        wrong = [*page.get("failureMessages", ()), *(text for one in page.get("errors", ()) for text in one)]
        if page.get("markedAsFailure") or wrong:
            failed = "; ".join(map(str, wrong)) or "it is marked as a failure"
            readings.append(Reading(name=called, failed=failed, version=version, at=at))
            continue
        metrics = []
        for metric, (key, unit) in _VITALS.items():
            values = [one[key] for one in page["googleWebVitals"] if one.get(key) is not None]
            metrics += [of_values(metric, unit, values)] if values else []
        readings.append(Reading(name=called, metrics=tuple(metrics), version=version, at=at))
    return tuple(readings)
