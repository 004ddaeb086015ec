"""hey: what it prints, and every request of `-o csv`.

Traps: it ends with 0 when all was refused, and prints NaN; requests without an answer are missing in the CSV, which so
tells no error rate; its load is closed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers import NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.source import text
from resonance_perf.readers.tally import Tally

TRIED = "0.1.4"
_CSV = "response-time,DNS+dialup,"
_WANTED = (b"response-time", b"status-code", b"offset")
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
    begins = source.read(len(_CSV))
    source.seek(0)
    if begins == _CSV.encode():
        return (_of_csv(source, name, warmup_s),)
    if warmup_s:
        raise ValueError("it is a summary, which has no times")
    found = text(source, name)
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


def _of_csv(source: IO[bytes], name: str, warmup_s: float) -> Reading:
    """Requests as they are read: a long run has millions."""
    skipped, times = Skipped(name, "this line is no request of hey"), Tally()
    seen = bad = 0
    until = 0.0
    took_at, code_at, begun_at = map(source.readline().strip().split(b",").index, _WANTED)
    for number, line in enumerate(source, 2):
        row = line.split(b",")
        try:
            took, code, begun = float(row[took_at]), int(row[code_at]), float(row[begun_at])
            if not 0 <= took + begun < inf:
                raise ValueError("no time")
        except (ValueError, IndexError):
            skipped.add(number)
            continue
        seen += 1
        bad += not 200 <= code < 400
        if begun >= warmup_s:
            times.add(1000 * took)
            until = max(until, begun + took)
    left = Reading(skipped=skipped.count, problems=skipped.problems, load_model="closed")
    if bad >= seen:
        why = f"no request succeeded: {bad} of {seen} failed" if seen else "no request got an answer"
        return replace(left, failed=why)
    if not times.count:
        return replace(left, failed=NOTHING_LEFT)
    told = [times.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
    return replace(left, metrics=(*told, of_rate("throughput", times.count, until - warmup_s)))
