"""What web-vitals reports from within the page."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_HERE = os.path.dirname(os.path.abspath(__file__))
_FILES = ("web-vitals-6.2.3.attribution.iife.js", "vitals.js")
_SETTLE_MS = 300
"""So long the page may still paint what the last step did, and be told of it."""
_HIDE = """() => {
  for (const [key, value] of [["visibilityState", "hidden"], ["hidden", true]])
    Object.defineProperty(document, key, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


class Reports:
    """Collects them; to be made before the page is loaded."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self._page = page
        self._found: list[dict[str, Any]] = []
        # A binding of DevTools, not of Playwright: that one would answer into a page which may be gone.
        devtools.on("Runtime.bindingCalled", self._take)
        devtools.send("Runtime.enable")
        devtools.send("Runtime.addBinding", {"name": "resonancePerf"})
        page.add_init_script("\n".join(_text(name) for name in _FILES))

    def end(self) -> list[dict[str, Any]]:
        """Everything that was reported; the page takes it that it is hidden, which is when final values are told.

        Leaving it for real loses them: they would be on their way from a process that ends.
        """
        self._page.wait_for_timeout(_SETTLE_MS)
        self._page.evaluate(_HIDE)
        self._page.wait_for_timeout(1)  # Playwright hands over events while it waits
        return self._found

    def _take(self, event: dict[str, Any]) -> None:
        if event["name"] == "resonancePerf":
            self._found.append(json.loads(event["payload"]))


def _text(name: str) -> str:
    with open(os.path.join(_HERE, name), encoding="utf-8") as file:
        return file.read()
