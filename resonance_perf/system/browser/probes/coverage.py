"""Which characters of scripts and style sheets a visit has used."""

from __future__ import annotations

import re
from typing import Any

from resonance_perf.system.browser.tab import Tab

_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.IGNORECASE)


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
    faces = {id_: _faces(devtools.send("CSS.getStyleSheetText", {"styleSheetId": id_})["text"]) for id_ in sheets}
    return {
        "scripts": [one for one in scripts if one["url"].startswith(("http://", "https://"))],
        "sheets": [
            {key: one[key] for key in ("styleSheetId", "sourceURL", "length")} | {"faces": faces[id_]}
            for id_, one in sheets.items()
        ],
        "rules": rules,
    }  # fmt: skip


def _faces(text: str) -> int:
    """The characters of `@font-face`, of which nothing tells whether they are used."""
    return sum(map(len, _FACE.findall(text)))
