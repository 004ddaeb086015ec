"""The workspace as it is now: its config may be edited, and broken for a while, at any time."""

from __future__ import annotations

import random

from resonance_perf.app.triggers import Planner
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.daemon.voice import Voice
from resonance_perf.model.config import Config
from resonance_perf.model.errors import ResonanceError
from resonance_perf.store.store import Store


class Current:
    """Holds the workspace; what is wrong with the config is said once."""

    def __init__(self, work: Workspace, store: Store, voice: Voice) -> None:
        self.work = work
        self._store, self._voice = store, voice

    @property
    def config(self) -> Config | None:
        """The config, None where it is broken."""
        try:
            return self.work.config
        except ResonanceError as error:
            self._voice.say_once(f"⚪ {error}")
            return None

    @property
    def planner(self) -> Planner | None:
        """Who plans by the config, None where it is broken."""
        config = self.config
        return Planner(self.work, self._store, config, random.Random()) if config else None

    def reopen(self) -> bool:
        """Take the config as it is in the work tree; True when it is another. A broken one leaves the last good one."""
        fresh = open_workspace(self.work.repo.root, self.work.config_path)
        try:
            changed = fresh.config != self.work.config
        except ResonanceError as error:
            self._voice.say_once(f"⚪ {error}")
            return False
        self.work = fresh
        return changed
