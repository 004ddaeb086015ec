"""What held after each commit, so that a walk begins where the last one ended. Safe to lose: it is walked again.

A file of its own beside `store.db`: it is written while others read that one, and thrown away when it is damaged. It
is not synced: what a power cut tears does not have the hash that is its name. Nothing of a repository reaches it but
through a walk: it lies in the git folder, which no clone or fetch copies.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress

from resonance_perf.judge.state import State
from resonance_perf.store.encode_state import LAYOUT, state_from_json, state_to_json

FORMAT = 1
"""Raise it whenever a rule of the walk changes: states of other rules are forgotten."""
NAME = "limits.db"
_MOST_TIPS = 100
_TABLES = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE IF NOT EXISTS states (id TEXT PRIMARY KEY, folder TEXT, state TEXT) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS commits (scope TEXT, commit_id TEXT, tip INTEGER, id TEXT, UNIQUE (scope, commit_id))",
)


class Walked:
    """The states of a clone in one `scope`: the words that say what, beside the commit, a state depends on."""

    def __init__(self, private: str, *scope: str) -> None:
        self._path = os.path.join(private, NAME)
        self._scope = hashlib.sha256(
            "\0".join((str(FORMAT), LAYOUT, *scope)).encode("utf-8", "surrogateescape")
        ).hexdigest()

    def state(self, commit: str) -> State | None:
        """What held after a commit, where that is known."""
        ask = "SELECT id, state FROM states JOIN commits USING (id) WHERE scope = ? AND commit_id = ?"
        for id_, text in self._read(ask, (self._scope, commit)):
            if _id(text) == id_:
                return state_from_json(text)
            self._forget()
        return None

    def tips(self) -> tuple[str, ...]:
        """The commits to which somebody walked, the newest first: their whole history is known."""
        ask = f"SELECT commit_id FROM commits WHERE tip AND scope = ? ORDER BY rowid DESC LIMIT {_MOST_TIPS}"
        return tuple(row[0] for row in self._read(ask, (self._scope,)))

    def folders(self) -> tuple[str, ...]:
        """Every state folder that a config of a known commit names."""
        return tuple(row[0] for row in self._read("SELECT DISTINCT folder FROM states", ()))

    def keep(self, states: Mapping[str, State], tip: str) -> None:
        """Remember states; `tip` is the commit that was walked to. Failing to is no harm."""
        rows, found = [], dict[str, tuple[str, str]]()
        ids = dict[int, str]()
        for commit, state in states.items():
            if id(state) not in ids:  # many commits change nothing, and share the state of the one before
                text = state_to_json(state)
                ids[id(state)] = _id(text)
                found[ids[id(state)]] = (state.law.state_dir, text)
            rows.append((self._scope, commit, commit == tip, ids[id(state)]))
        with suppress(sqlite3.Error, OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=1.0)) as db, db:
                for statement in _TABLES:
                    db.execute(statement)
                if db.execute("DELETE FROM commits WHERE scope != ?", (self._scope,)).rowcount:
                    db.execute("DELETE FROM states")
                db.executemany(
                    "INSERT OR IGNORE INTO states VALUES (?, ?, ?)", [(id_, *one) for id_, one in found.items()]
                )
                db.executemany("INSERT OR REPLACE INTO commits VALUES (?, ?, ?, ?)", rows)

    def _read(self, ask: str, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        if not os.path.exists(self._path):
            return []
        try:
            with closing(sqlite3.connect(self._path, timeout=1.0)) as db:
                return db.execute(ask, words).fetchall()
        except sqlite3.OperationalError:
            return []  # somebody else makes or holds it
        except sqlite3.DatabaseError:
            self._forget()
            return []

    def _forget(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                os.remove(self._path + suffix)


def _id(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
