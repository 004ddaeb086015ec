"""The layers that the compositor keeps of a page."""

from __future__ import annotations

from typing import Any

from resonance_perf.system.browser.tab import Tab

_CHANGE = """() => new Promise((done) => {
  document.documentElement.style.outline = "0px solid transparent";
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


def layers(tab: Tab) -> dict[str, Any]:
    """Those of the last frame, with the element and the reasons. They are told after a change only, and not from before
    the load on."""
    told: list[list[dict[str, Any]]] = []
    tab.visit()
    tab.devtools.on("LayerTree.layerTreeDidChange", lambda event: told.append(event.get("layers", [])))
    for domain in ("DOM", "Page", "LayerTree"):
        tab.devtools.send(f"{domain}.enable")
    tab.page.evaluate(_CHANGE)
    tab.settle()
    found = [{**one, "reasons": _reasons(tab, one), "node": _node(tab, one)} for one in (told[-1] if told else [])]
    return {"pixel_ratio": tab.page.evaluate("devicePixelRatio"), "layers": found}


def _reasons(tab: Tab, layer: dict[str, Any]) -> list[str]:
    told = tab.devtools.send("LayerTree.compositingReasons", {"layerId": layer["layerId"]})
    return list(told["compositingReasonIds"])


def _node(tab: Tab, layer: dict[str, Any]) -> dict[str, Any] | None:
    if "backendNodeId" not in layer:
        return None
    told = tab.devtools.send("DOM.describeNode", {"backendNodeId": layer["backendNodeId"]})["node"]
    return {"nodeName": told["nodeName"], "attributes": told.get("attributes", [])}
