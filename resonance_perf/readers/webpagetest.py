"""WebPageTest: the result of `jsonResult.php`; the first view of the median run.

Traps: a test that is not found or not finished has a document, too, with a status code; metrics that were not measured
are 0.
"""

from __future__ import annotations

import re
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import exactly, once
from resonance_perf.readers.source import document

TRIED = "the results that its npm client 0.7.6 has for its tests"
_TIMES = {
    "ttfb": "TTFB", "fcp": "firstContentfulPaint", "lcp": "chromeUserTiming.LargestContentfulPaint", "si": "SpeedIndex",
    "tbt": "TotalBlockingTime", "load": "loadTime", "start_render": "render", "fully_loaded": "fullyLoaded",
}  # fmt: skip
_DONE = 200
_START = re.compile(rb'\s*\{\s*"(?:data"\s*:\s*\{\s*"(?:id|statusCode|testId)"|statusCode"|statusText")')


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return _START.match(head) is not None


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    data = found["data"]
    if found.get("statusCode", _DONE) != _DONE or "median" not in data:
        return (Reading(failed=found.get("statusText") or "it holds no run"),)
    return (Reading(metrics=tuple(_metrics(data["median"]["firstView"])), at=data.get("completed"), load_model=None),)


def _metrics(view: dict[str, Any]) -> list[Reported]:
    told = [once(metric, "ms", view[key]) for metric, key in _TIMES.items() if view.get(key)]
    shift = view.get("chromeUserTiming.CumulativeLayoutShift")
    if shift is not None:
        told.append(once("cls", "", shift))
    return [*told, exactly("bytes", "B", view["bytesIn"]), exactly("requests", "requests", len(view["requests"]))]
