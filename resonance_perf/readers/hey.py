"""hey: what it prints, and every request of `-o csv`.

Traps: it ends with 0 when all was refused, and prints NaN; requests without an answer are missing in the CSV, which so
tells no error rate; its load is closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import inf
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers import NOTHING_LEFT
from resonance_perf.readers.intervals import of_percentiles, of_rate, of_share
from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.source import text
from resonance_perf.readers.tally import Tally

TRIED = "0.1.4"
_CSV = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset"
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
    metrics = (*(one for one in told if one is not None), *rest)
    return (Reading(metrics=metrics, load_model="closed", requests=count - refused),)


def _of_csv(source: IO[bytes], name: str, warmup_s: float) -> Reading:
    """Requests as they are read: a long run has millions. Times have four digits, so many requests tell the same."""
    skipped = Skipped(name, "this line is no request of hey")
    alike: dict[tuple[bytes, bytes], _Alike] = {}
    early = 0
    source.readline()
    for number, line in enumerate(source, 2):
        try:
            took, rest = line.split(b",", 1)
            _, code, begun = rest.rsplit(b",", 2)
            at = float(begun)
            if at < warmup_s:
                early += 1
                continue
            one = alike.get((took, code)) or alike.setdefault((took, code), _Alike(float(took), int(code)))
        except ValueError:
            skipped.add(number)
            continue
        one.count += 1
        if at > one.last_s:
            one.last_s = at
    return replace(_told(list(alike.values()), early, warmup_s), skipped=skipped.count, problems=skipped.problems)


@dataclass(slots=True)
class _Alike:
    """Requests that took the same time and had the same answer; when the last of them began."""

    took_s: float
    code: int
    count: int = 0
    last_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.took_s < inf:
            raise ValueError("no time")


def _told(alike: list[_Alike], early: int, warmup_s: float) -> Reading:
    if not alike:
        return Reading(failed=NOTHING_LEFT if early else "no request got an answer")
    times = Tally()
    for one in alike:
        times.add(1000 * one.took_s, one.count)
    bad = sum(one.count for one in alike if not 200 <= one.code < 400)
    if bad >= times.count:
        return Reading(failed=f"no request succeeded: {bad} of {times.count} failed")
    seconds = max(one.last_s + one.took_s for one in alike) - warmup_s
    told = [times.quantile(metric, "ms", q) for q, metric in _SHOWN.items()]
    metrics = (*told, of_rate("throughput", times.count, seconds))
    return Reading(metrics=metrics, load_model="closed", requests=times.count - bad)
