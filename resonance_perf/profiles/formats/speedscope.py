"""speedscope: the file format of speedscope.app, which py-spy, pyinstrument and many others write.

Source: speedscope.app/file-format-schema.json. A file holds a profile for each thread; here it holds one for each type.
The schema names no types, so that they are told by their units.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.held import NO_FRAMES
from resonance_perf.profiles.formats.stacks import Labels, Stacks

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"
_US = "resonance-perf"
_BY_UNIT = {"none": words.SAMPLES, "bytes": ValueType("space", "bytes"), "nanoseconds": words.WALL}
_UNITS = {"nanoseconds", "bytes"}
"""What the schema calls as we do; all else is `none`."""


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return _SCHEMA.encode() in head


@source.reads("speedscope")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole = source.document(data, name)
    frames = [_frame(one) for one in whole["shared"]["frames"]]
    exporter = str(whole.get("exporter") or "")
    profiles = whole["profiles"]
    ours = exporter.startswith(_US)
    types = list(dict.fromkeys(_type(one, named=ours) for one in profiles))
    if not types:
        raise ValueError("it has no profile")
    stacks = Stacks()
    for one in profiles:
        column = types.index(_type(one, named=ours))
        labels = (("thread", str(one["name"])),) if len(profiles) > 1 and not ours else ()
        for place, value in _values(one, frames, stacks, labels):
            stacks.add(place, *(value if index == column else 0.0 for index in range(len(types))))
    chosen = whole.get("activeProfileIndex") or 0
    return Profile(
        types=tuple(types),
        stacks=stacks.told(),
        chosen=types.index(_type(profiles[chosen], named=ours)),
        tool=exporter.removeprefix(_US).removeprefix(": ") if ours else exporter,
    )


def write(profile: Profile) -> bytes:
    """See `WritableFormat`. Holds all types, without labels and first lines of functions. A unit that speedscope does
    not know becomes `none`."""
    frames: dict[Frame, int] = {}
    paths = [[frames.setdefault(one, len(frames)) for one in each.frames or NO_FRAMES] for each in profile.stacks]
    told = {
        "$schema": _SCHEMA,
        "exporter": f"{_US}: {profile.tool}" if profile.tool else _US,
        "name": profile.tool or _US,
        "activeProfileIndex": profile.chosen,
        "shared": {"frames": [_told(one) for one in frames]},
        "profiles": [_sampled(kind, index, paths, profile.stacks) for index, kind in enumerate(profile.types)],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _type(one: Mapping[str, Any], *, named: bool) -> ValueType:
    unit, _ = words.common(str(one["unit"]))
    if named:
        name, _, other = str(one["name"]).partition(", ")
        return ValueType(name, other or unit)
    return _BY_UNIT[unit]


def _frame(one: Mapping[str, Any]) -> Frame:
    return Frame(str(one["name"]), str(one.get("file") or ""), int(one.get("line") or 0))


def _values(
    one: Mapping[str, Any], frames: Sequence[Frame], stacks: Stacks, labels: Labels
) -> Iterator[tuple[int, float]]:
    """(place of a stack, what it has in this profile)."""
    _, factor = words.common(one["unit"])
    root = stacks.root(labels)
    if one["type"] == "evented":
        told = _evented(one, frames, stacks, root)
    elif one["type"] == "sampled":
        told = (
            (stacks.walk(root, [frames[index] for index in path]), weight)
            for path, weight in zip(one["samples"], one["weights"], strict=True)
        )
    else:
        raise ValueError(f'a profile of the unknown type "{one["type"]}"')
    for place, value in told:
        yield place, float(round(value * factor)) if factor != 1 else float(value)


def _evented(one: Mapping[str, Any], frames: Sequence[Frame], stacks: Stacks, root: int) -> Iterator[tuple[int, float]]:
    opened: list[int] = []
    place, since = root, one["startValue"]
    for event in one["events"]:
        if event["at"] < since:
            raise ValueError("an event that is before the last one")
        if opened:
            yield place, event["at"] - since
        since = event["at"]
        if event["type"] == "O":
            opened.append(event["frame"])
            place = stacks.child(place, frames[event["frame"]])
        elif not opened or opened.pop() != event["frame"]:
            raise ValueError("a frame is closed that is not open")
        else:
            place = stacks.above(place)
    if opened:
        yield place, one["endValue"] - since


def _told(frame: Frame) -> dict[str, str | int]:
    told: dict[str, str | int] = {"name": frame.function}
    told |= {"file": frame.file} if frame.file else {}
    return told | ({"line": frame.line} if frame.line else {})


def _sampled(kind: ValueType, index: int, paths: Sequence[Sequence[int]], stacks: Sequence[Stack]) -> dict[str, object]:
    known = kind.unit in _UNITS
    valued = [(path, stack.values[index]) for path, stack in zip(paths, stacks, strict=True) if stack.values[index]]
    return {
        "type": "sampled",
        "name": kind.name if known else f"{kind.name}, {kind.unit}",
        "unit": kind.unit if known else "none",
        "startValue": 0,
        "endValue": sum(value for _, value in valued),
        "samples": [path for path, _ in valued],
        "weights": [value for _, value in valued],
    }
