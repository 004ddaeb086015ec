"""The elements and requests of a page as its own browser knows them, when the visit is over."""

from __future__ import annotations

import os
from typing import Any

from resonance_perf.system.browser.tab import Tab

_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.js")


def page(tab: Tab) -> dict[str, Any]:
    """Images with what they would weigh at the size in which they are shown, fonts, requests, the number of nodes."""
    tab.visit()
    tab.calm()
    with open(_SCRIPT, encoding="utf-8") as file:
        return dict(tab.page.evaluate(file.read()))
