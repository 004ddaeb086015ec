"""bpftrace: maps that `-f json` prints: sums or counts by stacks.

A map is keyed by the stack in the kernel, then the one in the program, then whatever else: `@[kstack, ustack, comm]`.
The end of a map's name says what it counts: `@off_cpu_ns`, `@allocated_bytes`; without one of these ends it is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from resonance_perf.model.profile import Profile, ValueType
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Labels, Stacks

_LINE = re.compile(rb'\s*\{"type": ?"(?:attached_probes|map|hist|printf|lost_events|time|value)", ?"data":')
_INDENT = "    "
_OFFSET = re.compile(r"\+\d+$")
_ENDS = {"_ns": "nanoseconds", "_bytes": "bytes"}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return _LINE.match(head) is not None


@source.reads("bpftrace")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. There is one type for each map."""
    maps: dict[ValueType, dict[str, float]] = {}
    for title, told in _maps(data, name):
        maps.setdefault(_type(title), {}).update((key, float(value)) for key, value in told.items())
    if not maps:
        raise source.bad(name, "bpftrace printed no map", "Did the program do anything while it looked?")
    stacks = Stacks()
    for kind, told in maps.items():
        for key, value in told.items():
            frames, labels = _key(key)
            place = stacks.walk(stacks.root(labels), [words.symbol(_OFFSET.sub("", one)) for one in reversed(frames)])
            stacks.add(place, *(value if one == kind else 0.0 for one in maps))
    return Profile(types=tuple(maps), stacks=stacks.told(), tool="bpftrace")


def _maps(data: bytes, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.startswith(b'{"type": "map"'):  # others are the program's, or of bpftrace itself
            try:
                yield from json.loads(line)["data"].items()
            except json.JSONDecodeError as error:
                raise source.bad(name, f"this line is not JSON ({error.msg})", "Was it cut off?", number) from error


def _type(title: str) -> ValueType:
    bare = title.removeprefix("@")
    for end, unit in _ENDS.items():
        if bare.endswith(end):
            return ValueType(bare.removesuffix(end).replace("_", "-"), unit)
    return ValueType(bare, "count") if bare else words.SAMPLES


def _key(key: str) -> tuple[list[str], Labels]:
    """(frames with the leaf first, the rest of a key): a frame is a line of its own that is indented."""
    lines = key.split("\n")
    frames = [line.strip() for line in lines if line.startswith(_INDENT)]
    rest = "\n".join(line for line in lines if not line.startswith(_INDENT)).replace("\n", "").strip(",")
    return frames, (("key", rest),) if rest else ()
