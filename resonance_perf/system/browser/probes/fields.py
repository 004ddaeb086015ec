"""Which fields of the answers that a page fetches it never looks at."""

from __future__ import annotations

import os
from typing import Any

from resonance_perf.system.browser.tab import Tab

_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fields.js")


def fields(tab: Tab) -> list[dict[str, Any]]:
    """Of the page that the visit ends on: URL, size and unread fields of each answer that was read as JSON."""
    tab.page.add_init_script(path=_SCRIPT)
    tab.visit()
    tab.calm()
    return list(tab.page.evaluate("resonancePerfFields()"))
