"""Improvements that may tighten a budget: open until they do, or are dropped."""

from __future__ import annotations

import sqlite3
from typing import Literal

from resonance_perf.model.candidate import Candidate, Following, Witness
from resonance_perf.store.database import transaction
from resonance_perf.store.encode_candidate import (
    candidate_from_text,
    candidate_to_text,
    witness_from_text,
    witness_to_text,
)

End = Literal["shifted", "dropped"]


class Candidates:
    """Each with the later runs that count for it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, candidate: Candidate) -> None:
        """Add a candidate in the place of the open one of its budget; one that is there stays as it is."""
        with transaction(self._db) as db:
            db.execute(
                "UPDATE candidates SET end = 'dropped', ended_at = ? WHERE key = ? AND id != ? AND end IS NULL",
                (candidate.at, candidate.key, candidate.id),
            )
            db.execute(
                "INSERT OR IGNORE INTO candidates (id, key, benchmark, at, body) VALUES (?, ?, ?, ?, ?)",
                (candidate.id, candidate.key, candidate.benchmark, candidate.at, candidate_to_text(candidate)),
            )

    def open(self, benchmark: str | None = None) -> tuple[Following, ...]:
        """Those that are not decided, oldest first; `benchmark`: only its own."""
        rows = self._db.execute(
            "SELECT id, body, tries, said FROM candidates WHERE end IS NULL AND ? IN ('', benchmark) ORDER BY at, id",
            (benchmark or "",),
        ).fetchall()
        return tuple(
            Following(candidate=candidate_from_text(body), witnesses=self._witnesses(id_), tries=tries, said=said)
            for id_, body, tries, said in rows
        )

    def bear_out(self, candidate: Candidate, witness: Witness) -> None:
        """Let a run count for a candidate. The run that began it, and one that counts already, change nothing."""
        if witness.run == candidate.run:
            return
        with transaction(self._db) as db:
            db.execute(
                "INSERT OR IGNORE INTO witnesses VALUES (?, ?, ?, ?)",
                (candidate.id, witness.run, witness.at, witness_to_text(witness)),
            )

    def tried(self, candidate: Candidate) -> None:
        """Count that a run was asked for because of this candidate."""
        with transaction(self._db) as db:
            db.execute("UPDATE candidates SET tries = tries + 1 WHERE id = ?", (candidate.id,))

    def say(self, candidate: Candidate, why: str) -> None:
        """Keep why the last run did not count, or why the candidate waits."""
        with transaction(self._db) as db:
            db.execute("UPDATE candidates SET said = ? WHERE id = ?", (why, candidate.id))

    def end(self, candidate: Candidate, end: End, now: float) -> bool:
        """Decide an open candidate, once: False when it was decided before."""
        with transaction(self._db) as db:
            done = db.execute(
                "UPDATE candidates SET end = ?, ended_at = ? WHERE id = ? AND end IS NULL", (end, now, candidate.id)
            )
        return done.rowcount == 1

    def last_shift(self, key: str) -> float:
        """When a candidate last tightened this budget, in seconds since 1970; 0 when none has."""
        row = self._db.execute(
            "SELECT COALESCE(MAX(ended_at), 0) FROM candidates WHERE key = ? AND end = 'shifted'", (key,)
        ).fetchone()
        return float(row[0])

    def _witnesses(self, id_: str) -> tuple[Witness, ...]:
        rows = self._db.execute("SELECT body FROM witnesses WHERE candidate = ? ORDER BY at, run", (id_,))
        return tuple(witness_from_text(body) for (body,) in rows)
