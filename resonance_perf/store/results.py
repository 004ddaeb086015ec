"""Runs and comparisons, with every raw number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from operator import itemgetter

from resonance_perf.history.values import Observation, Trend
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.history import Point
from resonance_perf.model.judgement import Measured
from resonance_perf.model.metric import metric_id
from resonance_perf.model.run import Estimate, Run
from resonance_perf.store.database import next_generation, transaction
from resonance_perf.store.encode import (
    comparison_from_text,
    comparison_to_text,
    estimates_from_text,
    estimates_to_text,
    run_from_row,
    samples_to_blob,
)

_COLUMNS = (
    "id", "benchmark", "commit_id", "side", "started_at", "environment", "load_model", "quick", "problems", "content",
    "estimates", "samples",
)  # fmt: skip
_RUN = ", ".join(_COLUMNS)
_NUMBERS = "id, benchmark, commit_id, started_at, estimates, problems, environment"
_SAVE = f"INSERT OR IGNORE INTO runs ({_RUN}, job, standing, stands_since) VALUES ({'?,' * (len(_COLUMNS) + 2)}?)"


class Results:
    """What was measured."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def save(
        self, job: str, runs: Iterable[Run], comparisons: Iterable[Comparison], *, standing: bool,
        since_anchor: Iterable[Comparison] = (),
    ) -> None:  # fmt: skip
        """Keep runs and comparisons. `standing`: the head run says where the branch stands now."""
        with transaction(self._db) as db:
            next_generation(db)
            at = 0.0
            for run in runs:
                at = max(at, run.started_at)
                db.execute(
                    "INSERT OR IGNORE INTO environments VALUES (?, ?)",
                    (run.environment.id, json.dumps(run.environment.facts)),
                )
                db.execute(
                    _SAVE,
                    (run.id, run.benchmark, run.commit, run.side, run.started_at, run.environment.id, run.load_model,
                     run.quick, json.dumps(dict(run.problems)), run.content, estimates_to_text(run.estimates),
                     samples_to_blob(run.samples), job, standing and run.side == "head" and not run.quick,
                     run.started_at),
                )  # fmt: skip
            for one in comparisons:
                db.execute(
                    "INSERT OR IGNORE INTO comparisons VALUES (?, ?, ?, ?, ?, ?)",
                    (one.head, one.metric, one.base, one.benchmark, at, comparison_to_text(one)),
                )
            for one in since_anchor:
                db.execute(
                    "INSERT OR IGNORE INTO since_anchor VALUES (?, ?, ?)",
                    (one.head, one.metric, comparison_to_text(one)),
                )

    def newest(self) -> dict[str, Measured]:
        """The newest standing number of every metric, by full name."""
        return self._measured(
            self._db.execute(f"SELECT {_NUMBERS}, MAX(stands_since) FROM runs WHERE standing GROUP BY benchmark")
        )

    def of_commit(self, benchmark: str, commit: str) -> dict[str, Measured]:
        """The newest numbers of a commit, or those that it adopted, by full name: of a comparison with its base where
        there was one. What was asked for another reason (a self-check, a bisection, a later look) is not among them."""
        return self._measured(
            self._db.execute(
                f"SELECT {_NUMBERS} FROM runs WHERE benchmark = ? AND side = 'head' AND NOT quick AND (commit_id = ?"
                " OR id = (SELECT run FROM adopted WHERE benchmark = ? AND commit_id = ?))"
                " AND job NOT IN (SELECT id FROM jobs WHERE kind IN ('self', 'bisect', 'sustain'))"
                " ORDER BY EXISTS (SELECT 1 FROM comparisons WHERE head = runs.id) DESC, started_at DESC LIMIT 1",
                (benchmark, commit, benchmark, commit),
            )
        )

    def of_content(self, benchmark: str, content: str) -> dict[str, Measured]:
        """The newest standing numbers of a content key, by full name."""
        return self._measured(
            self._db.execute(
                f"SELECT {_NUMBERS} FROM runs WHERE benchmark = ? AND content = ? AND standing"
                " ORDER BY stands_since DESC LIMIT 1",
                (benchmark, content),
            )
        )

    def _measured(self, rows: sqlite3.Cursor) -> dict[str, Measured]:
        found = {}
        for run, benchmark, commit, at, estimates, problems, environment, *_ in rows.fetchall():
            compared, wrong = self.comparisons(run), json.loads(problems)
            for estimate in estimates_from_text(estimates):
                found[metric_id(benchmark, estimate.metric)] = Measured(
                    estimate=estimate, commit=commit, run=run, measured_at=at, environment=environment,
                    comparison=compared.get(estimate.metric), problem=wrong.get(estimate.metric, ""),
                )  # fmt: skip
        return found

    def missing(self) -> dict[str, str]:
        """Why the newest standing run of its benchmark has no number of a metric that was wanted, by full name."""
        rows = self._db.execute(
            "SELECT benchmark, estimates, problems, MAX(stands_since) FROM runs WHERE standing GROUP BY benchmark"
        )
        found: dict[str, str] = {}
        for benchmark, estimates, problems, _ in rows:
            there = {one.metric for one in estimates_from_text(estimates)}
            wrong = json.loads(problems).items()
            found |= {metric_id(benchmark, metric): why for metric, why in wrong if metric not in there}
        return found

    def comparisons(self, head: str) -> dict[str, Comparison]:
        """The comparisons of the run `head`, by metric."""
        rows = self._db.execute("SELECT metric, body FROM comparisons WHERE head = ?", (head,))
        return {metric: comparison_from_text(body) for metric, body in rows}

    def history(self, benchmark: str, metric: str, most: int | None = 1000) -> tuple[Point, ...]:
        """The standing values of a metric, oldest first; at most the newest `most`, None for all. Those that were taken
        under another load than the newest are left out."""
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
        """The standing values of metrics that have some, as `history` has them; the newest so many in full.

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
        return Point(run, commit, at, estimate, self.comparisons(run).get(estimate.metric), environment)

    def is_measured(self, benchmark: str, commit: str) -> bool:
        """True when there is a standing run of this benchmark on this commit, or one that it adopted."""
        row = self._db.execute(
            "SELECT 1 FROM runs WHERE benchmark = ? AND commit_id = ? AND standing UNION ALL"
            " SELECT 1 FROM adopted WHERE benchmark = ? AND commit_id = ? LIMIT 1",
            (benchmark, commit, benchmark, commit),
        ).fetchone()
        return row is not None

    def same_content(self, benchmark: str, head: str, base: str, environment: str) -> tuple[str, str] | None:
        """(run, its commit) of the newest standing run of content `head` that was compared with content `base`."""
        row = self._db.execute(
            "SELECT h.id, h.commit_id FROM runs h JOIN comparisons c ON c.head = h.id JOIN runs b ON b.id = c.base"
            " WHERE h.benchmark = ? AND h.content = ? AND h.standing AND b.content = ? AND h.environment = ?"
            " ORDER BY h.started_at DESC LIMIT 1",
            (benchmark, head, base, environment),
        ).fetchone()
        return (row[0], row[1]) if row else None

    def stand_again(self, commit: str, now: float) -> None:
        """Let what was measured of a commit say where the branch stands, from now on."""
        with transaction(self._db) as db:
            next_generation(db)
            db.execute(
                "UPDATE runs SET stands_since = ? WHERE standing AND (commit_id = ? OR id IN"
                " (SELECT run FROM adopted WHERE commit_id = ?))",
                (now, commit, commit),
            )

    def told_at(self, head: str) -> tuple[Comparison, ...]:
        """What jobs of the queue found on the commit `head` by now; what a person asked for is a run of its own."""
        rows = self._db.execute(
            "SELECT c.body FROM comparisons c JOIN runs r ON r.id = c.head JOIN jobs j ON j.id = r.job"
            " WHERE r.commit_id = ? AND r.standing AND j.kind = 'commit' AND j.trigger != 'command'",
            (head,),
        )
        return tuple(comparison_from_text(body) for (body,) in rows)

    def self_checks(self, most: int = 1000) -> tuple[Comparison, ...]:
        """The newest comparisons of a commit with itself."""
        rows = self._db.execute(
            "SELECT c.body FROM jobs j JOIN runs r ON r.job = j.id JOIN comparisons c ON c.head = r.id"
            " WHERE j.kind = 'self' AND j.state = 'done' ORDER BY j.created_at DESC LIMIT ?",
            (most,),
        )
        return tuple(comparison_from_text(row[0]) for row in rows)

    def adopt(self, benchmark: str, commit: str, run: str, now: float) -> None:
        """Let a run stand for a commit that has the same content, from now on."""
        with transaction(self._db) as db:
            next_generation(db)
            db.execute("INSERT OR REPLACE INTO adopted VALUES (?, ?, ?)", (benchmark, commit, run))
            db.execute("UPDATE runs SET stands_since = ? WHERE id = ?", (now, run))

    def run(self, id_: str) -> Run | None:
        """A run with its samples; `id_` may be an unambiguous beginning."""
        rows = self._db.execute(
            f"SELECT {_RUN} FROM runs WHERE id >= ? AND id < ? LIMIT 2", (id_, id_ + "\U0010ffff")
        ).fetchall()
        if len(rows) != 1:
            return None
        facts = self._db.execute("SELECT facts FROM environments WHERE id = ?", (rows[0][5],)).fetchone()
        return run_from_row(rows[0], facts[0] if facts else "[]")

    def run_of(self, benchmark: str, commit: str, *, environment: str) -> Run | None:
        """The newest run of a commit in an environment, whichever side it was."""
        row = self._db.execute(
            "SELECT id FROM runs WHERE benchmark = ? AND commit_id = ? AND environment = ? AND NOT quick"
            " ORDER BY started_at DESC LIMIT 1",
            (benchmark, commit, environment),
        ).fetchone()
        return self.run(row[0]) if row else None

    def verdicts(self, benchmark: str) -> dict[str, list[Verdict]]:
        """Metric -> the verdicts of all comparisons of standing runs of a benchmark."""
        rows = self._db.execute(
            "SELECT c.metric, c.body FROM comparisons c JOIN runs r ON r.id = c.head"
            " WHERE r.benchmark = ? AND r.standing",
            (benchmark,),
        )
        found: dict[str, list[Verdict]] = {}
        for metric, body in rows:
            found.setdefault(metric, []).append(comparison_from_text(body).verdict)
        return found

    def benchmarks(self) -> tuple[str, ...]:
        """The names of all benchmarks that have a standing run."""
        return tuple(row[0] for row in self._db.execute("SELECT DISTINCT benchmark FROM runs WHERE standing"))
