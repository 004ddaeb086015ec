"""What the daemon saw since its last look, and what that asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.system.watcher import Changes


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened. `everything`: something may have happened that nobody saw. `idle`: nothing was heard for a while.
    `ticked`: the schedule asks for a baseline."""

    changes: Changes
    config_name: str
    everything: bool = False
    idle: bool = False
    ticked: bool = False

    @property
    def config(self) -> bool:
        """True when the config may be another."""
        return self.everything or self.config_name in self.changes.paths

    @property
    def ignored(self) -> bool:
        """True when other files are to be ignored."""
        return ".gitignore" in self.changes.paths

    @property
    def files(self) -> bool:
        """True when the three files, or the rules by which they are read, may be others."""
        return self.config or bool(self.changes.state)

    @property
    def saved_by_hand(self) -> bool:
        """True when one of the three files was saved, and it was not git that wrote it."""
        return bool(self.changes.state) and not (self.everything or self.changes.git)

    @property
    def head(self) -> bool:
        """True when the branch may have moved, or a hook left word."""
        return self.everything or self.changes.git or self.changes.spool or self.idle

    @property
    def work(self) -> bool:
        """True when something else than the three files was saved."""
        return self.everything or bool(self.changes.paths - self.changes.state)
