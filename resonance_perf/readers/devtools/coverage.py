"""What V8 and the style engine used of scripts and sheets -> the characters that were sent for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from resonance_perf.readers.devtools import Found, path_of, worst
from resonance_perf.readers.intervals import exactly

IDLE = 0.6
"""A script of which this share never ran did little more than to define what nobody called."""


def coverage(seen: Mapping[str, Sequence[Mapping[str, Any]]]) -> Found:
    """One character counts as one byte: what is not ASCII in a script makes it a little more."""
    scripts, lengths = defaultdict[str, float](float), defaultdict[str, int](int)
    for one in seen["scripts"]:
        scripts[path_of(one["url"])] += unused(one["functions"])
        lengths[path_of(one["url"])] += max(end["endOffset"] for of in one["functions"] for end in of["ranges"])
    idle = {name: float(lengths[name]) for name, count in scripts.items() if count >= IDLE * lengths[name]}
    sheets: dict[str, float] = defaultdict(float)
    for one in seen["sheets"]:
        used = [rule for rule in seen["rules"] if rule["styleSheetId"] == one["styleSheetId"] and rule["used"]]
        covered = _union((int(rule["startOffset"]), int(rule["endOffset"])) for rule in used)
        sheets[path_of(one["sourceURL"])] += max(0.0, one["length"] - one.get("faces", 0) - covered)
    metrics = (
        exactly("unused_js_bytes", "B", sum(scripts.values())), exactly("unused_css_bytes", "B", sum(sheets.values())),
        exactly("idle_js_bytes", "B", sum(idle.values())),
    )  # fmt: skip
    blamed = {"unused_js_bytes": scripts, "unused_css_bytes": sheets, "idle_js_bytes": idle}
    return Found(metrics, tuple(part for metric, by in blamed.items() for part in worst(metric, by)))


def unused(functions: Iterable[Mapping[str, Any]]) -> int:
    """The characters of a script whose innermost range was never run.

    Source: the ranges of V8's block coverage are nested, and the innermost one counts.
    """
    ranges = [(one["startOffset"], one["endOffset"], one["count"]) for of in functions for one in of["ranges"]]
    ranges.sort(key=lambda one: (one[0], -one[1]))
    total, at, open_ = 0, 0, list[tuple[int, int]]()

    def go_to(place: int) -> None:
        nonlocal total, at
        if open_ and open_[-1][1] == 0:
            total += place - at
        at = place

    for start, end, count in ranges:
        while open_ and open_[-1][0] <= start:
            go_to(open_[-1][0])
            open_.pop()
        go_to(start)
        open_.append((end, count))
    while open_:
        go_to(open_[-1][0])
        open_.pop()
    return total


def _union(ranges: Iterable[tuple[int, int]]) -> int:
    total, reached = 0, 0
    for start, end in sorted(ranges):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
