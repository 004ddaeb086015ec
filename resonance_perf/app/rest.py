"""When a work tree may be written to, and when to try again."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import TypeVar

from resonance_perf.app.workspace import Workspace
from resonance_perf.model.errors import GitError
from resonance_perf.system.documents import MEMORY, STATE
from resonance_perf.system.git.staged import NotAloneError

T = TypeVar("T")
PAUSES_S = (0.01, 0.05, 0.2)
"""Before trying again to commit on a branch that moves at this moment."""


def obstacle(work: Workspace) -> GitError | None:
    """Why nothing may be written into the work tree now: git could not check out what we change, or we not find it."""
    if busy := work.repo.busy():
        return GitError(f"{busy} is in progress", hint="It is written when that is over.")
    names = (work.documents.path(name) for name in (STATE, MEMORY) if not work.documents.exists(name))
    if missing := next(filter(work.repo.is_left_out, names), None):
        hint = f"Take it in: git sparse-checkout add {work.config.state_dir}"
        return GitError(f"{missing} is left out by the sparse checkout", hint=hint)
    return None


def at_rest(act: Callable[[], T]) -> T:
    """Do what may fail because somebody commits or stages at the same moment; again, when that was why."""
    for pause_s in PAUSES_S:
        try:
            return act()
        except NotAloneError:
            sleep(pause_s)
    return act()
