"""ab (ApacheBench): what it prints, the percentiles of `-e FILE`, or both, one after the other.

Traps: it ends with 0 when requests fail; "Failed requests" counts answers of another length, too, unless `-l` is given;
the printed percentiles are whole milliseconds; its load is closed.
"""

from __future__ import annotations

import csv
import io
import re
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import text

TRIED = "2.3"
_CSV = "Percentage served,Time in ms"
_PERCENTILE = re.compile(r"^\s+(\d+)%\s+(\d+)", re.M)
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith((b"This is ApacheBench", _CSV.encode()))


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = text(source, name)
    if found.startswith(_CSV):
        told = (of_percentiles(metric, "ms", _of_csv(found), q, 0) for q, metric in _SHOWN.items())
        return (Reading(metrics=tuple(one for one in told if one is not None), load_model="closed"),)
    count, failed = int(_field(found, "Complete requests")), int(_field(found, "Failed requests"))
    refused = int(_field(found, "Non-2xx responses", "0"))
    bad = max(failed, refused)
    if bad >= count:
        return (Reading(failed=f"no request succeeded: {bad} of {count} failed"),)
    printed, _, listed = found.partition(_CSV)
    known = {float(share) / 100: float(took) for share, took in _PERCENTILE.findall(printed)}
    known |= _of_csv(listed)
    told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
    seconds = float(_field(found, "Time taken for tests").split()[0])
    rest = (of_rate("throughput", count, seconds), of_share("error_rate", bad, count))
    metrics = (*(one for one in told if one is not None), *rest)
    return (Reading(metrics=metrics, load_model="closed", requests=count - bad),)


def _of_csv(found: str) -> dict[float, float]:
    return {float(share) / 100: float(took) for share, took in list(csv.reader(io.StringIO(found)))[1:]}


def _field(found: str, name: str, default: str | None = None) -> str:
    match = re.search(rf"^{re.escape(name)}:\s+(.+?)\s*$", found, re.M)
    if match is None and default is None:
        raise ValueError(f'there is no "{name}"')
    return match[1] if match else str(default)
