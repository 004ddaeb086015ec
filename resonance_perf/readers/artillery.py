"""Artillery: the report of `--output`.

Traps: a refused run without `ensure` ends with 0, and its `summaries` are empty; status 500 is no error and no failed
user. Names hold dots and spaces, so none is split.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import document

TRIED = "2.0.23"
_ENDPOINT = "plugins.metrics-by-endpoint.response_time."
_KNOWN = {"min": 0.0, "p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999, "max": 1.0}
_SHOWN = ("p50", "p90", "p95", "p99", "p999")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"aggregate"' in head and b"vusers.c" in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The whole run comes first, then each endpoint of the plugin `metrics-by-endpoint`."""
    found = document(source, name)["aggregate"]
    counters, summaries = found["counters"], found["summaries"]
    asked, answered = counters.get("http.requests", 0), counters.get("http.responses", 0)
    failed = sum(count for key, count in counters.items() if key.startswith("errors."))
    bad = failed + sum(count for key, count in counters.items() if key.startswith(("http.codes.4", "http.codes.5")))
    if not answered or bad >= answered + failed:
        return (Reading(failed=f"no request succeeded: {bad} of {asked} failed"),)
    at, until = found["firstMetricAt"] / 1000, found["lastMetricAt"] / 1000
    rate = [of_rate("throughput", answered, until - at)] if until > at else []
    whole = Reading(
        metrics=(*_percentiles(summaries["http.response_time"]), *rate, of_share("error_rate", bad, answered + failed)),
        load_model="open", requests=answered + failed - bad, at=at,
    )  # fmt: skip
    parts = (
        Reading(name=key.removeprefix(_ENDPOINT), metrics=_percentiles(one), load_model="open", at=at)
        for key, one in summaries.items()
        if key.startswith(_ENDPOINT)
    )
    return (whole, *parts)


def _percentiles(summary: Mapping[str, Any]) -> tuple[Any, ...]:
    known = {q: summary[key] for key, q in _KNOWN.items() if key in summary}
    told = (of_percentiles(metric, "ms", known, _KNOWN[metric], summary["count"]) for metric in _SHOWN)
    return tuple(one for one in told if one is not None)
