"""The trace that the Performance panel of DevTools records."""

from __future__ import annotations

import json
from typing import Any

from resonance_perf.system.browser.tab import Tab

_CATEGORIES = (
    "devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.stack",
    "v8.execute", "loading",
)  # fmt: skip
_KEPT = ("name", "ph", "pid", "tid", "ts", "dur", "tdur", "args")


def trace(tab: Tab) -> list[dict[str, Any]]:
    """Its events: what took time, and what says which thread is the page's."""
    browser = tab.page.context.browser
    assert browser is not None
    browser.start_tracing(page=tab.page, categories=list(_CATEGORIES))
    tab.visit()
    tab.settle()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return [{key: one[key] for key in _KEPT if key in one} for one in events if one["ph"] in ("X", "M", "I")]
