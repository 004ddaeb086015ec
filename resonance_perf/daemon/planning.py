"""What the daemon queues: what a move of the branch can affect, saves once they are over, and checks of itself."""

from __future__ import annotations

import time

from resonance_perf.app.triggers import Planner
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.config import Config
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.spool import Position, read_new

QUIET_S = 600.0
"""Idle time after which the daemon checks itself; that makes room for everything else at once."""


class Planning:
    """Turns what was seen into jobs. The `planner` is that of the config as it is now, None where that is broken."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._save_due: float | None = None

    def head_moved(self, work: Workspace, planner: Planner | None) -> None:
        """Read the spool, and queue what the branch's move can affect, in one transaction."""
        spool = work.private("spool", "hooks")
        with self._store.transaction():
            lines, position = read_new(spool, Position.from_text(self._store.fact("spool")))
            trigger = next((line.trigger for line in reversed(lines)), "commit")
            if planner is not None:
                planner.head_moved(trigger, now())
            self._store.remember("spool", position.to_text())

    def note_save(self, config: Config) -> None:
        """Something was saved; it is measured when nothing more was for a while, if a benchmark asks for that."""
        if config.watch_save and any(one.quick for one in config.benchmarks):
            self._save_due = time.monotonic() + config.watch_debounce_s

    @property
    def save_in_s(self) -> float | None:
        """In how many seconds what was saved is to be measured; None when nothing was."""
        return None if self._save_due is None else max(0.0, self._save_due - time.monotonic())

    @property
    def is_save_due(self) -> bool:
        """True when what was saved is to be measured now."""
        return self.save_in_s == 0.0

    def saved(self, planner: Planner | None) -> None:
        """Queue what was saved."""
        self._save_due = None
        if planner is not None:
            planner.saved(now())

    def check_ourselves(self, planner: Planner) -> None:
        """When nothing happened for long, compare a commit with itself: how well do we see?"""
        if now() - self._store.queue.last_end() > QUIET_S:
            planner.self_check(now())
