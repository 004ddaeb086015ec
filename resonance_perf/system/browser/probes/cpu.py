"""Where the scripts of a page spend their time, as V8 samples them: for the profiler `chrome`, not for a metric."""

from __future__ import annotations

from typing import Any

from resonance_perf.system.browser.tab import Tab

SAMPLE_US = 500


def cpu(tab: Tab) -> dict[str, Any]:
    """V8's profile of the visit, from its first request to its last step."""
    devtools = tab.devtools
    devtools.send("Profiler.enable")
    devtools.send("Profiler.setSamplingInterval", {"interval": SAMPLE_US})
    devtools.send("Profiler.start")
    tab.visit()
    tab.settle()
    profile: dict[str, Any] = devtools.send("Profiler.stop")["profile"]
    return profile
