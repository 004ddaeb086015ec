"""autocannon: the document of `--json`.

Traps: it ends with 0 when everything was refused; it knows no p95; its times are whole milliseconds; answers other than
2xx are among its latencies. `requests.p*` are percentiles of seconds, not of requests. With `-R` it counts latencies of
requests that it never sent.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import document

TRIED = "9.0.0"
_PERCENTILE = re.compile(r"p(\d+)(?:_(\d+))?")
_SHOWN = {0.5: "p50", 0.9: "p90", 0.99: "p99", 0.999: "p999"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"connections":' in head and b'"pipelining":' in head and b'"sampleInt"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    answered = found["2xx"]
    bad = found["errors"] + found["timeouts"] + found["non2xx"] + found["mismatches"]
    if not answered:
        return (Reading(failed=f"no request succeeded: {bad} failed"),)
    latency = found["latency"]
    known = {0.0: latency["min"], 1.0: latency["max"]}
    for key, value in latency.items():
        if (match := _PERCENTILE.fullmatch(key)) is not None:
            known[round(float(f"{match[1]}.{match[2] or 0}") / 100, 8)] = value
    count = min(latency["totalCount"], found["requests"]["total"])
    percentiles = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
    at = datetime.fromisoformat(found["start"].replace("Z", "+00:00")).timestamp()
    return (
        Reading(
            metrics=(
                *(one for one in percentiles if one is not None),
                of_rate("throughput", answered, found["duration"]), of_share("error_rate", bad, answered + bad),
            ),
            load_model="closed", requests=answered, at=at,
        ),
    )  # fmt: skip
