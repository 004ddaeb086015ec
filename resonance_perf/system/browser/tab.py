"""A tab in which one probe watches one visit, from the first byte on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resonance_perf.system.browser.acting import Act, load

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_SETTLE_MS = 300


@dataclass(frozen=True, slots=True)
class Tab:
    """A fresh page, not loaded yet, with its DevTools. `repeat`: how often a probe that needs it acts again."""

    page: Page
    devtools: CDPSession
    url: str
    act: Act
    repeat: int

    def visit(self) -> None:
        """Load the page and do on it what was asked for."""
        load(self.page, self.url)
        self.act(self.page)

    def settle(self) -> None:
        """Give the page time to paint what the last step did, and DevTools to tell of it."""
        self.page.wait_for_timeout(_SETTLE_MS)
