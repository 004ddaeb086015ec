"""lhci: the `assertion-results.json` of Lighthouse CI, with the value of every run behind each assertion.

Traps: its own judgement is optimistic, the best run counts unless `aggregationMethod` is set; here the median of the
runs does. Assertions that hold are left out unless `includePassedAssertions` is set; one that only warns ends with 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import of_values
from resonance_perf.readers.source import document

TRIED = "0.15.1"
_AUDITS = {
    "largest-contentful-paint": ("lcp", "ms"), "first-contentful-paint": ("fcp", "ms"),
    "cumulative-layout-shift": ("cls", ""), "total-blocking-time": ("tbt", "ms"), "speed-index": ("si", "ms"),
    "interactive": ("tti", "ms"), "server-response-time": ("ttfb", "ms"), "interaction-to-next-paint": ("inp", "ms"),
}  # fmt: skip
_NUMBER, _SCORE = "maxNumericValue", "minScore"
_NOTHING = 'it lists no assertion that has a number: set "includePassedAssertions" to see those that hold'


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"auditId"' in head and b'"operator"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. One reading for each page."""
    pages: dict[str, list[dict[str, Any]]] = {}
    for one in document(source, name):
        pages.setdefault(one["url"], []).append(one)
    if not pages:
        return (Reading(failed=_NOTHING),)
    return tuple(_reading(url if len(pages) > 1 else "", found) for url, found in pages.items())


def _reading(name: str, found: Iterable[dict[str, Any]]) -> Reading:
    metrics: dict[str, Reported] = {}
    for one in found:
        metric, unit = _metric(one)
        values = [value for value in one.get("values", ()) if value is not None]
        if metric and values:
            metrics[metric] = of_values(metric, unit, values)
    return Reading(name=name, metrics=tuple(metrics.values()), failed="" if metrics else _NOTHING)


def _metric(one: dict[str, Any]) -> tuple[str, str]:
    """The metric that an assertion is about, by the name that it has in a report, with its unit; "" for others.

    An assertion about how often or how well an audit passes has no number of its own.
    """
    audit, asked, of = one["auditId"], one["name"], one.get("auditProperty", "")
    if asked == _SCORE:
        return ("score", "score") if (audit, of) == ("categories", "performance") else ("", "")
    if asked != _NUMBER:
        return "", ""
    if audit != "resource-summary":
        return _AUDITS.get(audit, ("", ""))
    kind, _, what = of.rpartition(".")
    if not kind:
        return "", ""
    unit, noun = ("B", "bytes") if what == "size" else ("requests", "requests")
    return (noun if kind == "total" else f"{kind.replace('-', '_')}_{noun}"), unit
