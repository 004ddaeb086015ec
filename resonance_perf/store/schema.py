"""The tables, and how an older database becomes a newer one."""

from __future__ import annotations

import sqlite3

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE environments (id TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, job TEXT NOT NULL, benchmark TEXT NOT NULL, commit_id TEXT NOT NULL, side TEXT NOT NULL,
        started_at REAL NOT NULL, environment TEXT NOT NULL, load_model TEXT, quick INTEGER NOT NULL,
        standing INTEGER NOT NULL, estimates TEXT NOT NULL, samples BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX runs_standing ON runs (benchmark, started_at) WHERE standing;
    CREATE TABLE comparisons (
        head TEXT NOT NULL, metric TEXT NOT NULL, base TEXT NOT NULL, benchmark TEXT NOT NULL, at REAL NOT NULL,
        body TEXT NOT NULL, PRIMARY KEY (head, metric)
    ) WITHOUT ROWID;
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY, benchmark TEXT NOT NULL, kind TEXT NOT NULL, head TEXT NOT NULL, base TEXT,
        trigger TEXT NOT NULL, created_at REAL NOT NULL, since TEXT, state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', started_at REAL, finished_at REAL
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX jobs_pending ON jobs (benchmark, kind) WHERE state = 'pending';
    CREATE INDEX jobs_state ON jobs (state, created_at);
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY, job TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
        waits TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX outbox_open ON outbox (id) WHERE NOT done;
    CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE runs ADD COLUMN problems TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE runs ADD COLUMN content TEXT NOT NULL DEFAULT '';
    ALTER TABLE runs ADD COLUMN stands_since REAL NOT NULL DEFAULT 0;
    UPDATE runs SET stands_since = started_at;
    DROP INDEX runs_standing;
    CREATE INDEX runs_standing ON runs (benchmark, stands_since) WHERE standing;
    CREATE INDEX runs_content ON runs (benchmark, content) WHERE standing;
    CREATE TABLE adopted (benchmark TEXT NOT NULL, commit_id TEXT NOT NULL, run TEXT NOT NULL,
        PRIMARY KEY (benchmark, commit_id)) WITHOUT ROWID;
    CREATE INDEX runs_job ON runs (job);
    CREATE TABLE since_anchor (head TEXT NOT NULL, metric TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (head, metric)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE jobs ADD COLUMN due REAL NOT NULL DEFAULT 0;
    CREATE TABLE candidates (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, benchmark TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, said TEXT NOT NULL DEFAULT '', end TEXT, ended_at REAL
    ) WITHOUT ROWID;
    CREATE INDEX candidates_open ON candidates (at) WHERE end IS NULL;
    CREATE TABLE witnesses (candidate TEXT NOT NULL, run TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (candidate, run)) WITHOUT ROWID;
    """,
    # All that a history needs, so that it reads no run with its samples; SQLite would look there for `standing`, too.
    """
    CREATE INDEX runs_history ON runs
        (benchmark, started_at, id, load_model, environment, commit_id, estimates, standing) WHERE standing;
    """,
)


def migrate(db: sqlite3.Connection) -> None:
    """Bring the database to the newest version; a new one is made whole. Several processes may try at once."""
    if _version(db) >= len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for script in MIGRATIONS[_version(db) :]:  # read again: somebody else may have been faster
            for statement in script.split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    found: int = db.execute("PRAGMA user_version").fetchone()[0]
    return found
