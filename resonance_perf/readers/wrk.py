"""wrk: what it prints with `--latency`.

Traps: it ends with 0 after thousands of errors; it tells 50, 75, 90 and 99 % only, in units that differ from line to
line, unless a script adds lines as that of our driver does; its load is closed, so a stall hides behind the requests
that were not sent.
"""

from __future__ import annotations

import re
from typing import IO

from resonance_perf.model.quantity import UNITS
from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import text

TRIED = "4.1.0"
_TIME = r"([\d.]+)(us|ms|s|m|h)"
_PERCENTILE = re.compile(rf"^\s+(\d+(?:\.\d+)?)%\s+{_TIME}\s*$", re.M)
_GREATEST = re.compile(rf"^\s+Latency\s+\S+\s+\S+\s+{_TIME}", re.M)
_DONE = re.compile(rf"^\s*(\d+) requests in {_TIME},", re.M)
_ERRORS = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_STATUS = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(b"Running ") and b" threads and " in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = text(source, name)
    done, greatest = _DONE.search(found), _GREATEST.search(found)
    if done is None:
        raise ValueError("no line tells how many requests there were")
    count, seconds = int(done[1]), _ms(done[2], done[3]) / 1000
    errors, status = _ERRORS.search(found), _STATUS.search(found)
    refused = int(status[1]) if status else 0
    bad = refused + (sum(map(int, errors.groups())) if errors else 0)
    if count <= refused:
        return (Reading(failed=f"no request succeeded: {bad} failed"),)
    known = {round(float(share) / 100, 6): _ms(value, unit) for share, value, unit in _PERCENTILE.findall(found)}
    if greatest is not None and 1.0 not in known:
        known[1.0] = _ms(greatest[1], greatest[2])
    told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
    rest = (of_rate("throughput", count, seconds), of_share("error_rate", bad, count + bad - refused))
    metrics = (*(one for one in told if one is not None), *rest)
    return (Reading(metrics=metrics, load_model="closed", requests=count - refused),)


def _ms(value: str, unit: str) -> float:
    return float(value) * UNITS["min" if unit == "m" else unit].factor
