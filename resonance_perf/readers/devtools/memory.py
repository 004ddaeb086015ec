"""The heap before and after repeats -> what every one of them leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from resonance_perf.readers.devtools import Found, element_of, worst
from resonance_perf.readers.intervals import once


def memory(seen: Mapping[str, Any]) -> Found:
    """Growth per repeat, where a heap that shrank did not grow; and all nodes that only a script still holds."""
    growth = max(0.0, (seen["after"] - seen["before"]) / seen["repeat"])
    detached: dict[str, float] = defaultdict(float)
    for tree in seen["detached"]:
        detached[element_of(tree)] += _count(tree)
    metrics = (once("heap_growth", "B", growth), once("detached_nodes", "", sum(detached.values())))
    return Found(metrics, worst("detached_nodes", detached))


def _count(tree: Mapping[str, Any]) -> int:
    total, open_ = 0, [tree]
    while open_:
        total += 1
        open_.extend(open_.pop().get("children", ()))
    return total
