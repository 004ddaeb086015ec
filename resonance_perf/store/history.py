"""What a benchmark measured over time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from operator import itemgetter

from resonance_perf.history.values import Observation, Trend
from resonance_perf.model.history import Point
from resonance_perf.model.run import Estimate
from resonance_perf.store.compared import Compared
from resonance_perf.store.encode import comparison_from_text


class History:
    """The standing values of metrics. Those that were taken under another load than the newest are left out."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._compared = Compared(db)

    def points(self, benchmark: str, metric: str, most: int | None = 1000) -> tuple[Point, ...]:
        """The values of a metric, oldest first; of at most the newest `most` runs, None for all."""
        rows = self._db.execute(
            "SELECT r.id, r.commit_id, r.started_at, r.environment, r.estimates, c.body, r.load_model FROM runs r"
            " LEFT JOIN comparisons c ON c.head = r.id AND c.metric = ?"
            " WHERE r.benchmark = ? AND r.standing ORDER BY r.started_at DESC LIMIT ?",
            (metric, benchmark, -1 if most is None else most),
        ).fetchall()
        newest = next((row[6] for row in rows if row[6]), None)
        rows = [row for row in rows if row[6] in (newest, None)]
        points = []
        texts = json.loads(f"[{','.join(row[4] for row in rows)}]")  # one call for all: a third of the time
        for (run, commit, at, environment, _, body, _), estimates in zip(reversed(rows), reversed(texts), strict=True):
            estimate = next((one for one in estimates if one[0] == metric), None)
            if estimate is not None:
                compared = comparison_from_text(body) if body else None
                points.append(Point(run, commit, at, Estimate(*estimate), compared, environment))
        return tuple(points)

    def trends(self, benchmark: str, metrics: Sequence[str], newest: int) -> dict[str, Trend]:
        """The values of metrics that have some, as `points` has them; the newest so many in full.

        All metrics are read at once: the 10,000 runs of a long history are found and decoded for the first as for all.
        """
        rows = self._db.execute(
            "SELECT id, commit_id, started_at, environment, load_model, estimates FROM runs"
            " WHERE benchmark = ? AND standing",
            (benchmark,),
        ).fetchall()
        rows.sort(key=itemgetter(2))
        load = next((row[4] for row in reversed(rows) if row[4]), None)
        rows = [row for row in rows if row[4] in (load, None)]
        texts = json.loads(f"[{','.join(row[5] for row in rows)}]")
        found = {}
        for metric in metrics:
            mine = [
                (row, one) for row, estimates in zip(rows, texts, strict=True) for one in estimates if one[0] == metric
            ]
            if mine:
                values = [Observation(one[1], row[2], row[1], row[3], one[2], one[3]) for row, one in mine]
                found[metric] = Trend(values, tuple(self._point(row, Estimate(*one)) for row, one in mine[-newest:]))
        return found

    def _point(self, row: tuple[str, str, float, str, str | None, str], estimate: Estimate) -> Point:
        run, commit, at, environment, *_ = row
        return Point(run, commit, at, estimate, self._compared.of(run).get(estimate.metric), environment)
