"""A trace of DevTools -> what kept the main thread of the page, and which functions did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from resonance_perf.model.reading import Reported
from resonance_perf.readers.devtools import Blamed, Found, function_of, worst_placed
from resonance_perf.readers.intervals import exactly, once

LONG_US = 50_000
"""A task that is longer keeps people waiting. Source: the RAIL model, and the Long Tasks API."""
_KINDS = {
    "script_time": (
        "EvaluateScript", "FunctionCall", "EventDispatch", "TimerFire", "FireAnimationFrame", "FireIdleCallback",
        "RunMicrotasks", "v8.compile", "v8.compileModule", "v8.evaluateModule", "XHRReadyStateChange", "XHRLoad",
        "MinorGC", "MajorGC", "V8.HandleInterrupts", "V8.BytecodeBudgetInterrupt",
        "V8.BytecodeBudgetInterruptWithStackCheck", "V8.StackGuard",
    ),
    "render_time": (
        "UpdateLayoutTree", "RecalculateStyles", "Layout", "PrePaint", "UpdateLayerTree", "HitTest", "Layerize",
        "IntersectionObserverController::computeIntersections",
    ),
    "paint_time": ("Paint", "PaintImage", "Commit", "CompositeLayers", "RasterTask", "Decode Image"),
}  # fmt: skip
_METRIC_OF = {name: metric for metric, names in _KINDS.items() for name in names}
_INPUTS = ("pointerdown", "mousedown", "touchstart", "keydown", "click")
_CALLS = ("FunctionCall", "EvaluateScript", "v8.evaluateModule")

Event = Mapping[str, Any]


@dataclass(slots=True)
class _Node:
    """An event with what happened within it."""

    event: Event
    within: list[_Node] = field(default_factory=list)

    @property
    def own_us(self) -> float:
        return float(self.event["dur"] - sum(one.event["dur"] for one in self.within))

    @property
    def ran_us(self) -> float:
        """Without the time in which other programs had its core, where the trace tells."""
        return float(self.event.get("tdur", self.event["dur"]))

    def walk(self) -> Iterator[_Node]:
        yield self
        for one in self.within:
            yield from one.walk()


def trace(seen: Sequence[Event]) -> Found:
    """Times are those of the main thread of the page, without what a call spent in others. What a task takes beyond
    50 ms before the first click or key blocks the load: scripts that start up, or that hydrate what the server sent.

    Raises:
        ValueError: when the trace does not say which thread that is.
    """
    tasks = [task for events in _main_threads(seen) for task in _nested(events)]
    nodes = [node for task in tasks for node in task.walk()]
    spent = dict.fromkeys(_KINDS, 0.0)
    for node in nodes:
        if (metric := _METRIC_OF.get(node.event["name"])) is not None:
            spent[metric] += node.own_us / 1000
    long = [task for task in tasks if task.event["name"] == "RunTask" and task.event["dur"] >= LONG_US]
    blamed: dict[Blamed, float] = defaultdict(float)
    for task in long:
        blamed[_culprit(task)] += task.event["dur"] / 1000
    until = min((node.event["ts"] for node in nodes if _is_input(node.event)), default=inf)
    blocking: dict[Blamed, float] = defaultdict(float)
    for task in long:
        if task.event["ts"] + task.event["dur"] <= until:
            blocking[_culprit(task)] += max(0.0, task.ran_us - LONG_US) / 1000
    reflows: dict[Blamed, float] = defaultdict(float)
    forced: dict[Blamed, float] = defaultdict(float)
    for node in nodes:
        if node.event["name"] == "Layout" and (by := _forced_by(node.event)):
            reflows[by] += 1
            forced[by] += node.event["dur"] / 1000
    metrics: tuple[Reported, ...] = (
        once("long_tasks", "", len(long)),
        once("long_task_time", "ms", sum(task.event["dur"] for task in long) / 1000),
        *(once(metric, "ms", value) for metric, value in spent.items()),
        once("load_blocking_time", "ms", sum(blocking.values())),
        exactly("forced_reflows", "", sum(reflows.values())),
        once("forced_reflow_time", "ms", sum(forced.values())),
    )
    parts = (
        *worst_placed("long_task_time", blamed), *worst_placed("load_blocking_time", blocking),
        *worst_placed("forced_reflows", reflows), *worst_placed("forced_reflow_time", forced),
    )  # fmt: skip
    return Found(metrics, parts)


def _is_input(event: Event) -> bool:
    """What somebody does; what comes before it is the load."""
    return event["name"] == "EventDispatch" and event["args"].get("data", {}).get("type") in _INPUTS


def _main_threads(seen: Sequence[Event]) -> list[list[Event]]:
    """What took time on the main thread of every process that showed the page: a browser has others besides."""
    pids = set()
    for one in seen:
        data = one["args"].get("data", {}) if one["name"] in _SHOWN else {}
        for frame in data.get("frames", [data]):
            if frame.get("isOutermostMainFrame") or not frame.get("parent", True):
                pids.add(frame["processId"])
    threads = {
        (one["pid"], one["tid"]): list[Event]()
        for one in seen
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain" and one["pid"] in pids
    }
    if not threads:
        raise ValueError("the trace does not say which process showed the page")
    for one in seen:
        if one["ph"] == "X" and "dur" in one and (one["pid"], one["tid"]) in threads:
            threads[one["pid"], one["tid"]].append(one)
    return list(threads.values())


_SHOWN = ("TracingStartedInBrowser", "FrameCommittedInBrowser")


def _nested(events: list[Event]) -> list[_Node]:
    """The outermost events of a thread, with those within them."""
    outermost: list[_Node] = []
    open_: list[_Node] = []
    for event in sorted(events, key=lambda one: (one["ts"], -one["dur"])):
        node = _Node(event)
        while open_ and open_[-1].event["ts"] + open_[-1].event["dur"] <= event["ts"]:
            open_.pop()
        (open_[-1].within if open_ else outermost).append(node)
        open_.append(node)
    return outermost


def _culprit(task: _Node) -> Blamed:
    """The innermost of the longest calls in a task: that of a handler rather than that of a library around it."""
    found, node = ("", ""), task
    while node.within:
        node = max(node.within, key=lambda one: one.event["dur"])
        if 2 * node.event["dur"] < task.event["dur"]:
            break
        data = node.event.get("args", {}).get("data", {})
        if node.event["name"] in _CALLS and data.get("url"):
            found = function_of(data.get("functionName", "script"), data["url"], data.get("lineNumber"))
        elif not found[0]:
            found = str(node.event["name"]), ""
    return found if found[0] else ("the browser", "")


def _forced_by(event: Event) -> Blamed | None:
    """The function that asked for a layout in the middle of a script; None where the frame did, or our own clicks."""
    stack = event["args"].get("beginData", {}).get("stackTrace") or []
    if not stack or not stack[0].get("url"):
        return None
    return function_of(stack[0]["functionName"], stack[0]["url"], stack[0].get("lineNumber"))
