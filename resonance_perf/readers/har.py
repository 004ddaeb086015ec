"""HAR: the requests of a page, as browsers and proxies record them; their number, bytes, failures, and the load event.

Traps: -1 stands for what was not measured; without `_transferSize` there is only the size of headers and body.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly, once
from resonance_perf.readers.source import document

TRIED = "1.2, of Playwright 1.65"
_TIMINGS = {"load": "onLoad", "dom_content_loaded": "onContentLoad"}


def recognises(name: str, head: bytes) -> bool:
    """See `Reader`."""
    return name.endswith(".har") or (b'"log"' in head and b'"creator"' in head and b'"version"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. One reading for each page; what belongs to no page is left out."""
    log = document(source, name)["log"]
    pages = log.get("pages") or []
    if not pages:
        return (Reading(failed="it holds no page"),)
    return tuple(_page(one, log["entries"], one.get("title", "") if len(pages) > 1 else "") for one in pages)


def _page(page: dict[str, Any], entries: list[dict[str, Any]], called: str) -> Reading:
    ours = [one for one in entries if one.get("pageref") == page["id"]]
    at = datetime.fromisoformat(page["startedDateTime"].replace("Z", "+00:00")).timestamp()
    metrics: list[Reported] = []
    for metric, key in _TIMINGS.items():
        took = page.get("pageTimings", {}).get(key)
        if took is not None and took >= 0:
            metrics.append(once(metric, "ms", took))
    if ours:
        bad = sum(not 200 <= one["response"]["status"] < 400 for one in ours)
        metrics += [
            exactly("requests", "requests", len(ours)), exactly("failed_requests", "requests", bad),
            exactly("bytes", "B", sum(_bytes(one["response"]) for one in ours)),
        ]  # fmt: skip
    return Reading(name=called, metrics=tuple(metrics), at=at, failed="" if metrics else "nothing was recorded")


def _bytes(response: dict[str, Any]) -> float:
    told = response.get("_transferSize", -1)
    return float(told if told >= 0 else max(0, response.get("headersSize", 0)) + max(0, response.get("bodySize", 0)))
