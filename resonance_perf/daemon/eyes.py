"""What the daemon sees with: the watcher of files and the schedule, as the config says."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import Self

from resonance_perf.app.workspace import Workspace
from resonance_perf.daemon.seen import Seen
from resonance_perf.model.config import Config
from resonance_perf.plan.ignore import Ignore
from resonance_perf.system.files import text_or_nothing
from resonance_perf.system.schedule import Schedule
from resonance_perf.system.watcher import Watcher


class Eyes:
    """Sees a work tree; `wake` is called, from other threads, when there is something to look at. A context manager."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._open = ExitStack()
        self._watcher: Watcher | None = None
        self._unseen = self._ticked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def open(self, work: Workspace, config: Config | None) -> None:
        """Watch and schedule as the config says now, instead of as before.

        Between two pairs of eyes nobody sees; so the next look is at everything.
        """
        self._open.close()
        self._unseen = True
        self._wake()
        repo = work.repo
        ignore = Ignore.of(
            config.watch_ignore if config else (),
            repo.ignored_folders(),
            gitignore=text_or_nothing(os.path.join(repo.root, ".gitignore"), repo.root),
            keep=config.state_dir if config else ".resonance",
        )
        self._watcher = Watcher(repo.root, repo.git_dir, repo.common_dir, ignore, self._wake)
        self._watcher.start()
        self._open.callback(self._watcher.stop)
        if config and config.schedule_baseline:
            schedule = Schedule(config.schedule_baseline, config.schedule_timezone, self._tick)
            schedule.start()
            self._open.callback(schedule.stop)

    def look(self, config_name: str, *, everything: bool, idle: bool) -> Seen:
        """What was seen since the last look; `everything` where the caller cannot know either."""
        assert self._watcher is not None
        changes, unseen, ticked = self._watcher.take(), self._unseen, self._ticked
        self._unseen = self._ticked = False
        everything = everything or unseen or bool(changes.dirty)
        return Seen(changes, config_name, everything=everything, idle=idle, ticked=ticked)

    def doubt(self) -> str:
        """Why not everything is seen, or nothing."""
        return self._watcher.doubt() if self._watcher else ""

    def _tick(self) -> None:
        self._ticked = True
        self._wake()
