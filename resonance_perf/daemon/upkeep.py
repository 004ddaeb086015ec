"""The daemon's care for the three files: what is to be written into them, what others wrote, what got lost."""

from __future__ import annotations

from resonance_perf.app.deliver import deliver
from resonance_perf.app.ratchet import tend
from resonance_perf.app.restore import Written
from resonance_perf.app.standing import Standing, stand
from resonance_perf.app.status_table import refresh_status
from resonance_perf.app.triggers import is_our_commit
from resonance_perf.app.workspace import Workspace
from resonance_perf.daemon.news import changes_of_standing
from resonance_perf.daemon.voice import Voice
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now


class Upkeep:
    """Keeps the files; says what people should know. What cannot be read or written now raises a ResonanceError."""

    def __init__(self, store: Store, voice: Voice) -> None:
        self._store, self._voice = store, voice
        self._standing: Standing | None = None
        self._written = Written()

    def reread(self, work: Workspace) -> None:
        """The files were edited: judge again, and say what changed."""
        found = stand(work, self._store)
        ours = work.config.approvers, lambda commit: is_our_commit(work, commit)  # a shift was said when it was made
        for line in changes_of_standing(self._standing, found, *ours):
            self._voice.say(line)
        self._standing = found
        refresh_status(work, self._store)

    def look_after(self, work: Workspace, *, saved: bool) -> None:
        """See that what we wrote is still there; `saved`: somebody saved one by hand."""
        for line in self._written.look(work, self._store, saved=saved):
            self._voice.say(line)

    def tend(self, work: Workspace) -> None:
        """Decide on improvements what can be decided."""
        for line in tend(work, self._store, now()):
            self._voice.say(f"⚪ {line}")

    def deliver(self, work: Workspace) -> None:
        """Write down what waits for it."""
        deliver(work, self._store, self._voice.say)
