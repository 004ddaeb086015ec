"""What `doctor` says of one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok`: nothing has to be done; else `what` says what is wrong and what to do.

    `cure` is a command that helps. One that is ok and has a cure is a tip: it works, and could be steadier.
    """

    ok: bool
    what: str
    cure: str = ""

    @property
    def mark(self) -> str:
        """How the line of the finding begins."""
        return "!! " if not self.ok else "tip" if self.cure else "ok "
