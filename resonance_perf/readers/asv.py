"""asv: the results of one commit, with every time of `--record-samples`.

Traps: it ends with 0 when a benchmark raised, whose result is null; the file does not tell units, but names do: `time_`
is seconds, `mem_` and `peakmem_` are bytes; bounds of one time are -Infinity; results of parameters are in a flat list,
the last parameter varying first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.readers.intervals import of_percentiles, of_values, once
from resonance_perf.readers.source import document

TRIED = "0.6"
_KINDS = {"time": ("wall", "ms", 1000.0), "timeraw": ("wall", "ms", 1000.0), "mem": ("memory", "B", 1.0),
          "peakmem": ("memory", "B", 1.0)}  # fmt: skip
_KIND = re.compile(r"(?:^|\.)(time|timeraw|mem|peakmem)_[^.]*\Z")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"result_columns"' in head and b'"commit_hash"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`. The median of the samples; each combination of parameters is a reading."""
    found = document(source, name, constants=True)
    columns = found["result_columns"]
    told = (_told(called, dict(zip(columns, row, strict=False))) for called, row in found["results"].items())
    return tuple(reading for readings in told for reading in readings)


def _told(called: str, row: Mapping[str, Any]) -> Iterator[Reading]:
    begun = row.get("started_at")
    at = datetime.fromtimestamp(begun / 1000, UTC).timestamp() if begun else None
    cases = [", ".join(case) for case in product(*(row.get("params") or ()))]
    results = row["result"] if row["result"] is not None else [None] * len(cases)
    for place, (case, value) in enumerate(zip(cases, results, strict=True)):
        name = f"{called}({case})" if case else called
        if isinstance(value, int | float) and value == value:
            yield Reading(name=name, metrics=(_metric(called, row, place, value),), at=at)
        else:
            yield Reading(name=name, failed="it raised, timed out or was skipped", at=at)


def _metric(called: str, row: Mapping[str, Any], place: int, value: float) -> Reported:
    kind = _KIND.search(called)
    metric, unit, factor = _KINDS[kind[1]] if kind else ("value", "", 1.0)
    if samples := _at(row.get("samples"), place):
        return of_values(metric, unit, [factor * one for one in samples])
    quartiles = [_at(row.get(key), place) for key in ("stats_q_25", "stats_q_75")]
    if None in quartiles:
        return once(metric, unit, factor * value)
    known = dict(zip((0.25, 0.5, 0.75), (factor * one for one in (quartiles[0], value, quartiles[1])), strict=True))
    return of_percentiles(metric, unit, known, 0.5, _at(row.get("stats_repeat"), place) or 0) or once(
        metric, unit, value
    )


def _at(column: Sequence[Any] | None, place: int) -> Any:  # whatever JSON holds
    return column[place] if column is not None and place < len(column) else None
