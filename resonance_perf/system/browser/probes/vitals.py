"""What web-vitals reports from within the page."""

from __future__ import annotations

import json
import os
from typing import Any

from resonance_perf.system.browser.tab import Tab

_HERE = os.path.dirname(os.path.abspath(__file__))
_FILES = ("web-vitals-6.2.3.attribution.iife.js", "vitals.js")
_HIDE = """() => {
  for (const [key, value] of [["visibilityState", "hidden"], ["hidden", true]])
    Object.defineProperty(document, key, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


def vitals(tab: Tab) -> list[dict[str, Any]]:
    """Every report. In the end the page takes it that it is hidden, which is when final values are told.

    Leaving it for real loses them: they would be on their way from a process that ends.
    """
    found: list[dict[str, Any]] = []

    def take(event: dict[str, Any]) -> None:
        if event["name"] == "resonancePerf":
            found.append(json.loads(event["payload"]))

    # A binding of DevTools, not of Playwright: that one would answer into a page which may be gone.
    tab.devtools.on("Runtime.bindingCalled", take)
    tab.devtools.send("Runtime.enable")
    tab.devtools.send("Runtime.addBinding", {"name": "resonancePerf"})
    tab.page.add_init_script("\n".join(_text(name) for name in _FILES))
    tab.visit()
    tab.settle()
    tab.page.evaluate(_HIDE)
    tab.page.wait_for_timeout(1)  # Playwright hands over events while it waits
    return found


def _text(name: str) -> str:
    with open(os.path.join(_HERE, name), encoding="utf-8") as file:
        return file.read()
