"""What a benchmark measured over time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from resonance_perf.history.values import Observations
from resonance_perf.model.history import Point
from resonance_perf.model.run import Estimate
from resonance_perf.store.encode import comparison_from_text

_decoded = json.JSONDecoder().raw_decode
"""Row by row, so that 10,000 of them need the memory of one; `json.loads` takes twice as long for a short text."""

_RUNS = (
    "SELECT load_model, id, commit_id, started_at, environment, estimates FROM runs WHERE benchmark = ? AND standing"
)
_ORDER = "ORDER BY started_at DESC, id DESC"
ALL = f"{_RUNS} {_ORDER}"
"""Answered by an index alone: 10,000 runs lie among their samples."""


class History:
    """The standing values of metrics. Those that were taken under another load than the newest are left out."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def points(self, benchmark: str, metric: str, most: int | None = 1000) -> tuple[Point, ...]:
        """The values of a metric, oldest first; at most the newest `most`, None for all."""
        rows = self._db.execute(
            f"SELECT newest.*, body FROM ({_RUNS} AND instr(estimates, ?) {_ORDER} LIMIT ?) AS newest"
            f" LEFT JOIN comparisons ON head = id AND metric = ? {_ORDER}",
            (benchmark, f"[{json.dumps(metric)},", -1 if most is None else most, metric),
        )
        found = [
            Point(run, commit, at, Estimate(*one), comparison_from_text(body) if body else None, environment)
            for _, run, commit, at, environment, estimates, body in _of_one_load(rows)
            for one in _decoded(estimates)[0] if one[0] == metric
        ]  # fmt: skip
        return tuple(reversed(found))

    def observations(self, benchmark: str, metrics: Sequence[str]) -> dict[str, Observations]:
        """All values of those metrics that have some, oldest first.

        They are read at once: the 10,000 runs of a long history are found and decoded for the first as for all.
        """
        columns: dict[str, tuple[list[Any], ...]] = {metric: ([], [], [], [], [], []) for metric in metrics}
        for _, _, commit, at, environment, estimates in _of_one_load(self._db.execute(ALL, (benchmark,))):
            for one in _decoded(estimates)[0]:
                if one[0] in columns:
                    values, times, commits, environments, lows, highs = columns[one[0]]
                    values.append(one[1])
                    times.append(at)
                    commits.append(commit)
                    environments.append(environment)
                    lows.append(one[2])
                    highs.append(one[3])
        for column in (column for own in columns.values() for column in own):
            column.reverse()
        return {metric: Observations(*own) for metric, own in columns.items() if own[0]}


def _of_one_load(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Those of the rows, the newest first, that have the newest load or do not know theirs."""
    newest = None
    for row in rows:
        newest = newest or row[0]
        if row[0] in (newest, None):
            yield row
