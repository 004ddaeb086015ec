"""clinic-doctor: the page of `clinic doctor`, or the data in it: its verdict, waiting of the event loop, GC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_DATA = re.compile(rb'<script type="application/json" id="clinic-data">(.*?)</script>', re.DOTALL)
_VERDICTS = {
    "none": "no problem",
    "event-loop": "something blocks the event loop",
    "io": "it waits for I/O",
    "gc": "it waits for the garbage collector",
    "performance": "a problem of no known kind",
    "data": "it saw too little: the program must be under load",
    "unknown": "a problem of no known kind",
}
_MS = 1e6
_US = 1e3


def recognises(name: str, head: bytes) -> bool:
    """See `Format`."""
    page = name.endswith(".html") and b"<html" in head and b"linic" in head
    return page or (b'"traceEvent":' in head and b"{" in head[:2]) or b'"issueCategory":' in head


@source.reads("clinic doctor")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. The verdict is the note."""
    match = _DATA.search(data)
    whole = source.document(match[1] if match else data, name)
    stacks = Stacks()
    stats = whole["processStat"]
    delay = sum(float(one["delay"]) for one in stats)
    stacks.add(stacks.child(stacks.root(), Frame("event loop delay")), float(round(delay * _MS)))
    for event in whole["traceEvent"]:
        if event["name"].startswith("V8.GC"):
            stacks.add(stacks.child(stacks.root(), Frame(event["name"])), float(round(event["dur"] * _US)))
    times = [float(one["timestamp"]) for one in stats]
    return Profile(
        types=(words.WALL,),
        stacks=stacks.told(),
        tool="clinic doctor",
        seconds=(max(times) - min(times)) / 1e3 if times else 0.0,
        note=f"clinic doctor says: {', '.join(_verdict(whole['analysis']))}",
    )


def _verdict(analysis: Mapping[str, Any]) -> Iterator[str]:
    category = str(analysis["issueCategory"])
    yield _VERDICTS.get(category, category)
    for what, found in analysis["issues"].items():
        kinds = found if isinstance(found, dict) else {"": found}
        for part, kind in kinds.items():
            if kind != "none":
                yield f"{' '.join(filter(None, (what, part)))}: {kind}"
