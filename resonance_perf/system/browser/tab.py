"""A tab in which one probe watches one visit, from the first byte on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resonance_perf.system.browser.acting import Act, load

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_SETTLE_MS, _CALM_MS = 300, 5000


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

    def calm(self) -> None:
        """Let the page load all that it asks for; one that never ends to ask is left after a while."""
        from playwright.sync_api import TimeoutError as Late

        with suppress(Late):
            self.page.wait_for_load_state("networkidle", timeout=_CALM_MS)
        self.settle()

    def settle(self) -> None:
        """Give the page time to paint what the last step did, and DevTools to tell of it."""
        self.page.wait_for_timeout(_SETTLE_MS)
