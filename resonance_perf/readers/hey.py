"""hey: what it prints, and every request of `-o csv`.

Traps: it ends with 0 when all was refused, and prints NaN; requests without an answer are missing in the CSV, which so
tells no error rate; its load is closed.
"""

from __future__ import annotations

import csv
import io
import re
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers import NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share, of_values
from resonance_perf.readers.source import text

TRIED = "0.1.4"
_CSV = "response-time,DNS+dialup,"
_PERCENTILE = re.compile(r"^\s+(\d+)%+ in ([\d.]+) secs", re.M)
_STATUS = re.compile(r"^\s+\[(\d+)\]\s+(\d+) responses", re.M)
_FAILED = re.compile(r"^\s+\[(\d+)\]\s+(?!\d+ responses)\S", re.M)
_NUMBER = re.compile(r"^\s+(Fastest|Slowest|Total):\s+([\d.]+) secs", re.M)
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(_CSV.encode()) or (head.lstrip().startswith(b"Summary:") and b"Requests/sec:" in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    return read_warm(source, name, 0.0)


def read_warm(source: IO[bytes], name: str, warmup_s: float) -> tuple[Reading, ...]:
    """See `Series`."""
    found = text(source, name)
    if found.startswith(_CSV):
        return (_of_csv(found, warmup_s),)
    if warmup_s:
        raise ValueError("it is a summary, which has no times")
    answers = {int(code): int(count) for code, count in _STATUS.findall(found)}
    count, refused = sum(answers.values()), sum(one for code, one in answers.items() if code >= 400)
    bad = refused + sum(map(int, _FAILED.findall(found)))
    if refused >= count:
        return (Reading(failed=f"no request succeeded: {bad} failed"),)
    numbers = {what: float(seconds) for what, seconds in _NUMBER.findall(found)}
    known = {0.0: numbers["Fastest"] * 1000, 1.0: numbers["Slowest"] * 1000}
    known |= {float(share) / 100: float(took) * 1000 for share, took in _PERCENTILE.findall(found)}
    told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
    rest = (of_rate("throughput", count, numbers["Total"]), of_share("error_rate", bad, count + bad - refused))
    return (Reading(metrics=(*(one for one in told if one is not None), *rest), load_model="closed"),)


def _of_csv(found: str, warmup_s: float) -> Reading:
    rows = list(csv.DictReader(io.StringIO(found)))
    if not rows:
        return Reading(failed="no request got an answer")
    bad = sum(not 200 <= int(row["status-code"]) < 400 for row in rows)
    if bad >= len(rows):
        return Reading(failed=f"no request succeeded: {bad} of {len(rows)} failed")
    kept = [(float(row["offset"]), float(row["response-time"])) for row in rows if float(row["offset"]) >= warmup_s]
    if not kept:
        return Reading(failed=NOTHING_LEFT)
    seconds = max(offset + took for offset, took in kept) - warmup_s
    told = [of_values(metric, "ms", [took * 1000 for _, took in kept], q) for q, metric in _SHOWN.items()]
    return Reading(metrics=(*told, of_rate("throughput", len(kept), seconds)), load_model="closed")
