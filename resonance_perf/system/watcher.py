"""What changed since somebody last asked: in the work tree, in git, in the spool."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resonance_perf.plan.ignore import Ignore
from resonance_perf.plan.places import Places

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

MOST_PATHS = 50_000
"""More than this is no list for anybody; git knows."""
BLIND_AGAIN_S = 60.0
"""While not everything is watched, how often that is a reason to ask git."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened between two looks. Paths are relative to the root, with `/`; `state` is the part of `paths` that
    are the three markdown files.

    `git`: the branch may have moved. `spool`: a hook ran. `dirty`: why `paths` may be incomplete (a sentence without
    its full stop); then git has to be asked, which always knows.
    """

    paths: frozenset[str] = frozenset()
    git: bool = False
    spool: bool = False
    state: frozenset[str] = frozenset()
    dirty: str = ""


class Watcher:
    """Collects file events of a work tree and its git folders; `on_change` is called, from another thread, for each
    that is not ignored.

    An event list is never complete for certain: where the system says that it lost something, or does not watch
    everything, the next `take` is dirty.
    """

    def __init__(
        self, root: str, git_dir: str, common_dir: str, ignore: Ignore, on_change: Callable[[], object] = lambda: None
    ) -> None:
        real = os.path.realpath  # what the system reports on macOS
        self._places = Places(real(root), real(git_dir), real(common_dir), ignore)
        self._on_change = on_change
        self._lock = threading.Lock()
        self._pending = threading.Event()
        self._blind = ""
        self._blind_told = 0.0
        self._observer: BaseObserver | None = None
        self._paths: set[str] = set()
        self._state: set[str] = set()
        self._git = self._spool = False
        self._dirty = ""

    def start(self) -> None:
        """Begin; what changes after this returned is seen. Where the system refuses, `doubt` says why."""
        from resonance_perf.system.events import observe

        try:
            self._observer = observe(self._places, self)
        except OSError as error:
            self.blind(f"file events are not to be had ({error.strerror or error})")

    def stop(self) -> None:
        """End, and wait until no more calls of `on_change` can come."""
        if self._observer:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def wait(self, timeout_s: float) -> bool:
        """Wait until there is something to take; False when there was nothing for so long."""
        return self._pending.wait(timeout_s)

    def take(self) -> Changes:
        """What happened since the last call."""
        with self._lock:
            dirty = self._dirty
            if self._blind and (dirty or time.monotonic() - self._blind_told > BLIND_AGAIN_S):
                dirty, self._blind_told = dirty or self._blind, time.monotonic()
            done = Changes(frozenset(self._paths), self._git, self._spool, frozenset(self._state), dirty)
            self._reset()
        return done

    def doubt(self) -> str:
        """Why not everything is watched, or nothing."""
        return self._blind

    def saw(self, path: str) -> None:
        """Take in an event; called by the observer."""
        sorted_ = self._places.sort(path)
        if sorted_ is None:
            return
        kind, inside = sorted_
        with self._lock:
            if kind == "git":
                self._git = True
            elif kind == "spool":
                self._spool = True
            elif len(self._paths) < MOST_PATHS:
                self._paths.add(inside)
                if kind == "state":
                    self._state.add(inside)
            else:
                self._dirty = f"more than {MOST_PATHS} files changed"
        self._tell()

    def lost(self, why: str) -> None:
        """Take in that events were lost; called by the observer."""
        with self._lock:
            self._dirty = why
        self._tell()

    def blind(self, why: str) -> None:
        """Take in that not everything is watched, or (empty) that it is again; called by the observer."""
        with self._lock:
            self._blind = why
            self._dirty = self._dirty or why
        self._tell()

    def _tell(self) -> None:
        self._pending.set()
        self._on_change()

    def _reset(self) -> None:
        self._paths, self._state = set(), set()
        self._git = self._spool = False
        self._dirty = ""
        self._pending.clear()
