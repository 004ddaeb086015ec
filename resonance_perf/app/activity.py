"""What the daemon does now and what waits; read straight from the database, because `status` must be quick."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TypedDict

from resonance_perf.system.lock import holder


class Activity(TypedDict):
    """`pid`: of the daemon, if one runs; `watching`: what stands in its way; the rest are names with commits."""

    pid: int | None
    watching: str
    running: list[str]
    waiting: list[str]
    held: list[str]


def activity(private: str) -> Activity:
    """What goes on in the clone whose private folder this is."""
    pid = holder(os.path.join(private, "daemon.lock"))
    db = sqlite3.connect(os.path.join(private, "store.db"), timeout=5.0)
    try:
        row = db.execute("SELECT value FROM facts WHERE key = 'daemon'").fetchone()
        jobs = db.execute("SELECT state, benchmark, head FROM jobs WHERE state IN ('running', 'pending')").fetchall()
        held = [why for (why,) in db.execute("SELECT waits FROM outbox WHERE NOT done AND waits != ''")]
    finally:
        db.close()
    named = [(state, f"{benchmark} {head[:9]}") for state, benchmark, head in jobs]
    return Activity(
        pid=pid,
        watching=json.loads(row[0])["watching"] if row and pid else "",
        running=[name for state, name in named if state == "running" and pid],
        waiting=[name for state, name in named if state == "pending" or not pid],
        held=held,
    )
