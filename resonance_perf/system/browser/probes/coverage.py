"""Which characters of scripts and style sheets a visit has used."""

from __future__ import annotations

from typing import Any

from resonance_perf.system.browser.tab import Tab


def coverage(tab: Tab) -> dict[str, Any]:
    """The ranges of V8 and the rules that matched, of the page that the visit ends on."""
    sheets: dict[str, dict[str, Any]] = {}
    devtools = tab.devtools

    def added(event: dict[str, Any]) -> None:
        sheets[event["header"]["styleSheetId"]] = event["header"]

    def removed(event: dict[str, Any]) -> None:
        sheets.pop(event["styleSheetId"], None)

    devtools.on("CSS.styleSheetAdded", added)
    devtools.on("CSS.styleSheetRemoved", removed)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    devtools.send("CSS.startRuleUsageTracking")
    devtools.send("Profiler.enable")
    devtools.send("Profiler.startPreciseCoverage", {"callCount": False, "detailed": True})
    tab.visit()
    tab.settle()
    scripts = devtools.send("Profiler.takePreciseCoverage")["result"]
    rules = devtools.send("CSS.stopRuleUsageTracking")["ruleUsage"]
    return {
        "scripts": [one for one in scripts if one["url"].startswith(("http://", "https://"))],
        "sheets": [{key: one[key] for key in ("styleSheetId", "sourceURL", "length")} for one in sheets.values()],
        "rules": rules,
    }  # fmt: skip
