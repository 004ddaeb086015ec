"""cpuprofile: V8's CPU profile, of `node --cpu-prof` and of DevTools.

Source: chromedevtools.github.io/devtools-protocol, `Profiler.Profile`. Times are microseconds, lines count from 0. A
sample holds until the next one, as in DevTools. The time in which nothing ran, `(idle)`, is left out; `(program)` and
`(garbage collector)` are frames.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.held import only_time, tree
from resonance_perf.profiles.formats.stacks import Stacks

_IDLE, _ROOT = "(idle)", "(root)"
_NS = 1_000


def recognises(name: str, head: bytes) -> bool:
    """See `Format`."""
    if b'"callFrame":' not in head or b'"head":' in head or b'"traceEvents":' in head:
        return False
    return b'"nodes":' in head or name.endswith(".cpuprofile")


@source.reads("cpuprofile")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole, stacks = source.document(data, name), Stacks()
    collect(whole, stacks, stacks.root())
    seconds = (whole["endTime"] - whole["startTime"]) / 1e6
    return Profile(types=(words.CPU,), stacks=stacks.told(), tool="V8", seconds=seconds)


def collect(whole: Mapping[str, Any], stacks: Stacks, root: int) -> None:
    """Add the nanoseconds of each stack of a `Profiler.Profile` below `root`.

    Raises:
        LookupError, TypeError, ValueError: when it is none.
    """
    places = _placed(whole["nodes"], stacks, root)
    for node, length in _samples(whole):
        place = places[node]
        if place is not None:
            stacks.add(place, float(round(length * _NS)))


def frame(call: Mapping[str, Any]) -> Frame:
    """A `Runtime.CallFrame`: where a function begins."""
    return Frame(
        call["functionName"] or words.ANONYMOUS, call.get("url", ""), start=max(0, call.get("lineNumber", -1) + 1)
    )


def write(profile: Profile) -> bytes:
    """See `WritableFormat`. Holds time of the chosen type, and functions without the lines that ran."""
    told = only_time(profile, "a .cpuprofile")
    below, ends = tree(told)
    nodes = [_node(1, Frame(_ROOT))]
    for number, (caller, one, _) in enumerate(below, start=2):
        nodes.append(_node(number, one))
        nodes[caller + 1]["children"].append(number)
    lengths = [one.values[0] / _NS for one in told]
    whole = {
        "nodes": nodes,
        "startTime": 0,
        "endTime": sum(lengths),
        "samples": [one + 2 for one in ends],
        "timeDeltas": [0, *lengths[:-1]],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _placed(nodes: Sequence[Mapping[str, Any]], stacks: Stacks, root: int) -> dict[int, int | None]:
    """Where each node stands; None for one that was idle."""
    known = {one["id"]: one for one in nodes}
    parents = {child: one["id"] for one in nodes for child in one.get("children") or ()}
    parents |= {one["id"]: one["parent"] for one in nodes if one.get("parent")}
    below: dict[int, list[int]] = {}
    for child, parent in parents.items():
        below.setdefault(parent, []).append(child)
    places: dict[int, int | None] = {}
    waiting = [(root, one) for one in known if one not in parents]
    while waiting:
        parent, node = waiting.pop()
        call = known[node]["callFrame"]
        if call["functionName"] == _IDLE:
            places[node] = None
            continue
        here = parent if call["functionName"] == _ROOT else stacks.child(parent, frame(call))
        places[node] = here
        waiting += [(here, one) for one in below.get(node, ())]
    return places


def _samples(whole: Mapping[str, Any]) -> Iterator[tuple[int, float]]:
    """(node, for how many microseconds it was seen)."""
    samples, deltas = whole["samples"], whole["timeDeltas"]
    last = whole["endTime"] - whole["startTime"] - sum(deltas)
    if not samples:
        return
    if min(deltas) < 0:  # V8 may write a sample after a later one
        at = sorted(zip(accumulate(deltas), samples, strict=True), key=itemgetter(0))
        samples, times = [one for _, one in at], [time for time, _ in at]
        deltas = [0, *(after - before for before, after in pairwise(times))]
        last = whole["endTime"] - whole["startTime"] - times[-1]
    yield from zip(samples, [*deltas[1:], max(0, last)], strict=True)


def _node(number: int, one: Frame) -> dict[str, Any]:
    line = (one.start or one.line) - 1
    call = {"functionName": one.function, "scriptId": "0", "url": one.file, "lineNumber": line, "columnNumber": -1}
    return {"id": number, "callFrame": call, "hitCount": 0, "children": []}
