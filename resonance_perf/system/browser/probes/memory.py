"""What a page keeps when the same is done on it again and again."""

from __future__ import annotations

from typing import Any

from resonance_perf.system.browser.tab import Tab


def memory(tab: Tab) -> dict[str, Any]:
    """The heap after garbage collection, before and after so many repeats; and the nodes that hang in no document.

    What is done first fills caches, so it is done once before.
    """
    tab.visit()
    before = _heap(tab)
    for _ in range(tab.repeat):
        tab.act(tab.page)
    after = _heap(tab)
    tab.devtools.send("DOM.enable")
    detached = tab.devtools.send("DOM.getDetachedDomNodes")["detachedNodes"]
    return {"repeat": tab.repeat, "before": before, "after": after, "detached": [one["treeNode"] for one in detached]}


def _heap(tab: Tab) -> int:
    tab.settle()
    tab.devtools.send("HeapProfiler.enable")
    for _ in range(2):  # what the first frees may have held more
        tab.devtools.send("HeapProfiler.collectGarbage")
    told = tab.devtools.send("Runtime.getHeapUsage")
    return int(told["usedSize"] + told.get("embedderHeapUsedSize", 0))
