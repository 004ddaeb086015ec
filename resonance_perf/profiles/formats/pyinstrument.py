"""pyinstrument: its JSON, a tree of functions with the seconds that passed in each, awaiting included."""

from __future__ import annotations

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_NS = 1e9
_INSIDE = "[self]"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"root_frame":' in head and b'"sample_count":' in head


@source.reads("pyinstrument")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole, stacks = source.document(data, name), Stacks()
    waiting = [(stacks.root(), one) for one in [whole["root_frame"]] if one]
    while waiting:
        parent, node = waiting.pop()
        frame = Frame(node["function"], node.get("file_path") or "", start=int(node.get("line_no") or 0))
        place = parent if frame.function == _INSIDE else stacks.child(parent, frame)
        children = node.get("children") or []
        stacks.add(place, float(max(0, round((node["time"] - sum(one["time"] for one in children)) * _NS))))
        waiting += [(place, one) for one in children]
    samples, seconds = whole["sample_count"], whole["duration"]
    return Profile(
        types=(words.WALL,),
        stacks=stacks.told(),
        tool="pyinstrument",
        seconds=float(seconds),
        period=seconds * _NS / samples if samples else 0.0,
    )
