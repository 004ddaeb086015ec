"""Where the code stands: the newest numbers of the branch, of a commit, of a content."""

from __future__ import annotations

import json
import sqlite3

from resonance_perf.model.judgement import Measured
from resonance_perf.model.metric import metric_id
from resonance_perf.store.compared import Compared
from resonance_perf.store.encode import estimates_from_text

_COLUMNS = "id, benchmark, commit_id, started_at, estimates, problems, environment"
_NEWEST = f"SELECT {_COLUMNS} FROM runs WHERE benchmark = ? AND standing ORDER BY stands_since DESC, id LIMIT 1"
_BENCHMARKS = (
    "WITH RECURSIVE names (name) AS (SELECT min(benchmark) FROM runs WHERE standing UNION ALL"
    " SELECT (SELECT min(benchmark) FROM runs WHERE standing AND benchmark > name) FROM names WHERE name IS NOT NULL)"
    " SELECT name FROM names WHERE name IS NOT NULL"
)
"""From name to name through the index: to ask for distinct ones goes through all runs."""


class Numbers:
    """What is judged, without its samples."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._compared = Compared(db)

    def newest(self) -> dict[str, Measured]:
        """The newest standing number of every metric, by full name."""
        found: dict[str, Measured] = {}
        for benchmark in self.benchmarks():
            found |= self._measured(self._db.execute(_NEWEST, (benchmark,)))
        return found

    def of_commit(self, benchmark: str, commit: str) -> dict[str, Measured]:
        """The newest numbers of a commit, or those that it adopted, by full name: of a comparison with its base where
        there was one. What was asked for another reason (a self-check, a bisection, a later look) is not among them."""
        return self._measured(
            self._db.execute(
                f"SELECT {_COLUMNS} FROM runs WHERE benchmark = ? AND side = 'head' AND NOT quick AND (commit_id = ?"
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
                f"SELECT {_COLUMNS} FROM runs WHERE benchmark = ? AND content = ? AND standing"
                " ORDER BY stands_since DESC LIMIT 1",
                (benchmark, content),
            )
        )

    def _measured(self, rows: sqlite3.Cursor) -> dict[str, Measured]:
        found = {}
        for run, benchmark, commit, at, estimates, problems, environment, *_ in rows.fetchall():
            compared, wrong = self._compared.of(run), json.loads(problems)
            for estimate in estimates_from_text(estimates):
                found[metric_id(benchmark, estimate.metric)] = Measured(
                    estimate=estimate, commit=commit, run=run, measured_at=at, environment=environment,
                    comparison=compared.get(estimate.metric), problem=wrong.get(estimate.metric, ""),
                )  # fmt: skip
        return found

    def missing(self) -> dict[str, str]:
        """Why the newest standing run of its benchmark has no number of a metric that was wanted, by full name."""
        found: dict[str, str] = {}
        for name in self.benchmarks():
            _, benchmark, _, _, estimates, problems, _ = self._db.execute(_NEWEST, (name,)).fetchone()
            there = {one.metric for one in estimates_from_text(estimates)}
            wrong = json.loads(problems).items()
            found |= {metric_id(benchmark, metric): why for metric, why in wrong if metric not in there}
        return found

    def is_measured(self, benchmark: str, commit: str) -> bool:
        """True when there is a standing run of this benchmark on this commit, or one that it adopted."""
        row = self._db.execute(
            "SELECT 1 FROM runs WHERE benchmark = ? AND commit_id = ? AND standing UNION ALL"
            " SELECT 1 FROM adopted WHERE benchmark = ? AND commit_id = ? LIMIT 1",
            (benchmark, commit, benchmark, commit),
        ).fetchone()
        return row is not None

    def benchmarks(self) -> tuple[str, ...]:
        """The names of all benchmarks that have a standing run."""
        return tuple(row[0] for row in self._db.execute(_BENCHMARKS))

    def commits(self) -> dict[str, str]:
        """The commit of the newest standing run of every benchmark that has one."""
        newest = (self._db.execute(_NEWEST, (name,)).fetchone() for name in self.benchmarks())
        return {benchmark: commit for _, benchmark, commit, *_ in newest}
