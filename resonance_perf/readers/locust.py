"""locust: `--json`, and the `_stats.csv` of `--csv`.

Traps: the CSV is flushed up to a second before the end and misses the last requests; times are rounded to buckets of
two digits; `--json` and `--json-file` together leave a file without requests.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.source import document, text
from resonance_perf.readers.tally import Tally

TRIED = "2.47.0"
_SHOWN = {0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p999"}
_ALL = "Aggregated"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"num_none_requests"' in head or head.startswith(b"Type,Name,Request Count,Failure Count,")


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. All requests together come first, then each endpoint where there are several."""
    first = source.read(1)
    source.seek(0)
    if first == b"T":
        return tuple(_of_csv(text(source, name)))
    endpoints = document(source, name)
    if not endpoints:
        return (Reading(failed="it holds no request"),)
    parts = [_of_json(f"{one['method']} {one['name']}", [one]) for one in endpoints]
    return (_of_json("", endpoints), *(parts if len(parts) > 1 else ()))


def _of_json(name: str, endpoints: list[Mapping[str, Any]]) -> Reading:
    count, failed = (sum(one[key] for one in endpoints) for key in ("num_requests", "num_failures"))
    if failed >= count:
        return Reading(name=name, failed=f"no request succeeded: {failed} of {count} failed")
    buckets: Counter[float] = Counter()
    for one in endpoints:
        for took, times in one["response_times"].items():
            buckets[float(took)] += times
    tally = Tally()
    for took, times in buckets.items():
        tally.add(took, times)
    at = min(one["start_time"] for one in endpoints)
    seconds = max(one["last_request_timestamp"] for one in endpoints) - at
    metrics = [tally.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
    metrics += [of_rate("throughput", count, seconds)] if seconds > 0 else []
    metrics.append(of_share("error_rate", failed, count))
    return Reading(name=name, metrics=tuple(metrics), load_model="closed", requests=count - failed, at=at)


def _of_csv(found: str) -> Iterator[Reading]:
    rows = list(csv.DictReader(io.StringIO(found)))
    several = len(rows) > 2
    for row in sorted(rows, key=lambda row: row["Name"] != _ALL):
        whole = row["Name"] == _ALL
        if whole or several:
            yield _of_row("" if whole else f"{row['Type']} {row['Name']}", row)


def _of_row(name: str, row: Mapping[str, str]) -> Reading:
    count, failed = int(row["Request Count"]), int(row["Failure Count"])
    if failed >= count:
        return Reading(name=name, failed=f"no request succeeded: {failed} of {count} failed")
    known = {0.0: float(row["Min Response Time"])}
    known |= {round(float(key[:-1]) / 100, 6): float(value) for key, value in row.items() if key.endswith("%")}
    told = (of_percentiles(metric, "ms", known, q, count) for q, metric in _SHOWN.items())
    metrics: list[Reported] = [one for one in told if one is not None]
    if float(row["Requests/s"]) > 0:
        metrics.append(of_rate("throughput", count, count / float(row["Requests/s"])))
    metrics.append(of_share("error_rate", failed, count))
    return Reading(name=name, metrics=tuple(metrics), load_model="closed", requests=count - failed)
