"""chrome-trace: the Trace Event Format of chrome://tracing and Perfetto: DevTools, VizTracer, py-spy.

Source: docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Where V8's profiler was on, its samples
(`ProfileChunk`) are taken; else how the events of each thread lie in each other. Times are microseconds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from resonance_perf.model.profile import Frame, Profile, Stack
from resonance_perf.profiles.formats import cpuprofile, source, words
from resonance_perf.profiles.formats.held import only_time, tree
from resonance_perf.profiles.formats.stacks import Labels, Stacks

_NS = 1_000
Event = Mapping[str, Any]
Thread = tuple[Any, Any]
Span = tuple[int, int, int, Frame]
"""When it began; before which end, negated; which event it was, so that of two alike the first is around the other."""


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"traceEvents":' in head or (head.lstrip().startswith(b"[") and b'"ph":' in head and b'"pid":' in head)


@source.reads("chrome-trace")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole = source.document(data, name)
    events: Sequence[Event] = whole if isinstance(whole, list) else whole["traceEvents"]
    stacks = Stacks()
    sampled = [one for one in events if one.get("name") in ("Profile", "ProfileChunk")]
    if any(one["name"] == "ProfileChunk" for one in sampled):
        parts = _by_profile(sampled)
        for (process, number), chunks in parts.items():
            labels = (("profile", f"{process} {number}"),) if len(parts) > 1 else ()
            cpuprofile.collect(_joined(chunks), stacks, stacks.root(labels))
        return Profile(types=(words.CPU,), stacks=stacks.told(), tool="V8")
    threads, names = _by_thread(events)
    for thread, spans in threads.items():
        labels = (("thread", names.get(thread, str(thread[1]))),) if len(threads) > 1 else ()
        _nest(spans, stacks, labels)
    return Profile(types=(words.WALL,), stacks=stacks.told())


def write(profile: Profile) -> bytes:
    """See `WritableFormat`. Holds time of the chosen type, one stack beside the other, without labels."""
    whole = {"traceEvents": list(_events(only_time(profile, "a trace"))), "displayTimeUnit": "ms"}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _by_profile(events: Iterable[Event]) -> dict[tuple[Any, Any], list[Event]]:
    found: dict[tuple[Any, Any], list[Event]] = defaultdict(list)
    for one in sorted(events, key=itemgetter("ts")):
        found[one["pid"], one.get("id")].append(one["args"]["data"])
    return found


def _joined(chunks: Sequence[Event]) -> dict[str, Any]:
    """The chunks of a profile as one `Profiler.Profile`."""
    nodes: list[Event] = []
    samples: list[int] = []
    deltas: list[int] = []
    for one in chunks:
        part = one.get("cpuProfile") or {}
        nodes += part.get("nodes") or ()
        samples += part.get("samples") or ()
        deltas += one.get("timeDeltas") or ()
    start = next((one["startTime"] for one in chunks if "startTime" in one), 0)
    end = next((one["endTime"] for one in reversed(chunks) if "endTime" in one), start + sum(deltas))
    return {"nodes": nodes, "samples": samples, "timeDeltas": deltas, "startTime": start, "endTime": end}


def _by_thread(events: Iterable[Event]) -> tuple[dict[Thread, list[Span]], dict[Thread, str]]:
    spans: dict[Thread, list[Span]] = defaultdict(list)
    opened: dict[Thread, list[tuple[int, int, Frame]]] = defaultdict(list)
    names: dict[Thread, str] = {}
    last: dict[Thread, int] = defaultdict(int)
    for index, one in enumerate(events):
        phase, thread = one["ph"], (one.get("pid"), one.get("tid"))
        if phase == "M" and one["name"] == "thread_name":
            names[thread] = str(one["args"]["name"])
        if phase not in ("X", "B", "E"):
            continue
        at = round(one["ts"] * _NS)
        last[thread] = max(last[thread], at)
        if phase == "X":
            spans[thread].append((at, -at - round(one.get("dur", 0) * _NS), index, _frame(one)))
        elif phase == "B":
            opened[thread].append((at, index, _frame(one)))
        elif opened[thread]:
            begin, number, frame = opened[thread].pop()
            spans[thread].append((begin, -at, number, frame))
    for thread, left in opened.items():  # what was still running when the trace ended
        spans[thread] += [(begin, -last[thread], number, frame) for begin, number, frame in left]
    return spans, names


def _frame(event: Event) -> Frame:
    args = event.get("args") or {}
    if "filename" in args or "file" in args:
        return Frame(str(event["name"]), str(args.get("filename") or args.get("file")), int(args.get("line") or 0))
    return words.frame(str(event["name"]))


def _nest(spans: Sequence[Span], stacks: Stacks, labels: Labels) -> None:
    """Add what each span has for itself. One that sticks out of the span in which it began ends with that."""
    place = stacks.root(labels)
    around: list[int] = []
    for begin, before, _, frame in sorted(spans, key=itemgetter(0, 1, 2)):
        while around and around[-1] <= begin:
            around.pop()
            place = stacks.above(place)
        end = min(-before, around[-1]) if around else -before
        if around:
            stacks.add(place, float(begin - end))
        place = stacks.child(place, frame)
        around.append(end)
        stacks.add(place, float(end - begin))


def _events(told: Sequence[Stack]) -> Iterator[dict[str, Any]]:
    """Complete events, the callees of a function one after the other from when it begins."""
    free = {-1: 0.0}
    for index, (caller, frame, total) in enumerate(tree(told)[0]):
        begin = free[index] = free[caller]
        free[caller] += total
        args = {"file": frame.file, "line": frame.line} if frame.file else {}
        yield {
            "name": frame.function, "ph": "X", "pid": 1, "tid": 1,
            "ts": begin / _NS, "dur": total / _NS, "args": args,
        }  # fmt: skip
