"""field: web vitals of real users, one JSON a line, as `resonance-perf serve` keeps them; percentile 75 of each page.

Traps: who leaves before the page is hidden sends nothing, and a page without input has no INP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.skipped import Skipped
from resonance_perf.readers.tally import Tally

TRIED = "web-vitals 6.2.3"
METRICS = {"LCP": ("lcp", "ms"), "CLS": ("cls", ""), "INP": ("inp", "ms"), "FCP": ("fcp", "ms"), "TTFB": ("ttfb", "ms")}
QUANTILE = 0.75
"""What Core Web Vitals are judged by."""
MOST_PAGES = 1000
_MOST_PAGE = 200
_MOST_VALUE = 3_600_000.0


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(b'{"vital": ')


def line_of(body: bytes, at: float) -> bytes | None:
    """The line to keep of what a browser sent, None where that is no web vital; `at` is seconds since 1970.

    The query and the fragment of a page are left out: they may name a person.
    """
    try:
        given = json.loads(body)
        name, value, page = given["name"], float(given["value"]), str(given["page"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if name not in METRICS or not isfinite(value) or not 0 <= value <= _MOST_VALUE or not page.startswith("/"):
        return None
    page = page.partition("?")[0].partition("#")[0][:_MOST_PAGE]
    kept = {"vital": name, "value": round(value, 4), "page": page, "at": round(at, 3)}
    return json.dumps(kept).encode() + b"\n"


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    tallies: dict[str, dict[str, Tally]] = {}
    skipped, first = Skipped(name, "this is no web vital", "Was it cut off?"), None
    for number, line in enumerate(source, 1):
        try:
            given = json.loads(line)
            vital, page, value = given["vital"], given["page"], float(given["value"])
            known = METRICS[vital]
            first = first or float(given["at"])
        except (ValueError, LookupError, TypeError, RecursionError):
            skipped.add(number)
            continue
        if page in tallies or len(tallies) < MOST_PAGES:
            tallies.setdefault(page, {}).setdefault(known[0], Tally()).add(value)
    if not tallies:
        return (Reading(failed="no web vital is in it", skipped=skipped.count, problems=skipped.problems),)
    first_page, *rest = _readings(tallies, first)
    return (replace(first_page, skipped=skipped.count, problems=skipped.problems), *rest)


def _readings(tallies: dict[str, dict[str, Tally]], at: float | None) -> Iterator[Reading]:
    alone = len(tallies) == 1
    units = dict(METRICS.values())
    for page, found in tallies.items():
        metrics = tuple(tally.quantile(metric, units[metric], QUANTILE) for metric, tally in found.items())
        yield Reading(name="" if alone else page, metrics=metrics, at=at)
