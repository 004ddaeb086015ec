"""Runs and comparisons, with every raw number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Run
from resonance_perf.store.database import next_generation, transaction
from resonance_perf.store.encode import comparison_to_text, estimates_to_text, run_from_row, samples_to_blob

_COLUMNS = (
    "id", "benchmark", "commit_id", "side", "started_at", "environment", "load_model", "quick", "problems", "content",
    "estimates", "samples",
)  # fmt: skip
_RUN = ", ".join(_COLUMNS)
_SAVE = f"INSERT OR IGNORE INTO runs ({_RUN}, job, standing, stands_since) VALUES ({'?,' * (len(_COLUMNS) + 2)}?)"


class Results:
    """What was measured, as it is kept."""

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

    def stand_again(self, commit: str, now: float) -> None:
        """Let what was measured of a commit say where the branch stands, from now on."""
        with transaction(self._db) as db:
            next_generation(db)
            db.execute(
                "UPDATE runs SET stands_since = ? WHERE standing AND (commit_id = ? OR id IN"
                " (SELECT run FROM adopted WHERE commit_id = ?))",
                (now, commit, commit),
            )

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
