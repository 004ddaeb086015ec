"""What the daemon says: to the terminal and the log, no trouble twice in a row."""

from __future__ import annotations

import logging
from collections.abc import Callable

from resonance_perf.model.errors import ResonanceError
from resonance_perf.notify.terminal import tell


class Voice:
    """Tells people lines."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._last = ""

    def say(self, line: str) -> None:
        """Tell people one line."""
        tell(line, self._log)

    def say_once(self, line: str) -> None:
        """Tell it, unless it is what was told so the last time."""
        if line != self._last:
            self._last = line
            self.say(line)

    def attempt(self, act: Callable[[], None]) -> None:
        """One thing that cannot be done now must not stop the others; it is said, and done at the next look."""
        try:
            act()
        except (ResonanceError, OSError) as error:
            self.say_once(f"⚪ {error}")
