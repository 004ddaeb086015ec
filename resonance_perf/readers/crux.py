"""crux: what the Chrome UX Report API (`records:queryRecord`) tells of users: 75th percentiles of 28 days.

Traps: a page with too few visits has no record but an error 404; values of CLS are text; the days lie weeks behind a
change. Its answers could not be fetched for the tests; those are written after its reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "its reference"
_METRICS = {
    "largest_contentful_paint": ("lcp", "ms"), "cumulative_layout_shift": ("cls", ""),
    "interaction_to_next_paint": ("inp", "ms"), "first_contentful_paint": ("fcp", "ms"),
    "experimental_time_to_first_byte": ("ttfb", "ms"),
}  # fmt: skip


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"record"' in head and b'"histogram"' in head and b'"density"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The percentile is that of all visits, so it is no estimate from a sample of them."""
    found = document(source, name)
    if "error" in found:
        return (Reading(failed=f"the API answered {found['error']['code']}: {found['error']['message']}"),)
    last = found["record"].get("collectionPeriod", {}).get("lastDate")
    at = datetime(last["year"], last["month"], last["day"], tzinfo=UTC).timestamp() if last else None
    metrics = tuple(_reported(found["record"]["metrics"]))
    failed = "" if metrics else "the record has no web vital"
    return (Reading(metrics=metrics, at=at, failed=failed),)


def _reported(metrics: dict[str, Any]) -> Iterator[Reported]:
    for name, (metric, unit) in _METRICS.items():
        p75 = metrics.get(name, {}).get("percentiles", {}).get("p75")
        if p75 is not None:
            yield exactly(metric, unit, float(p75))
