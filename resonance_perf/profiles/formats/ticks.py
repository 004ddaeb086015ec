"""0x: the `ticks.json` of 0x: a stack for each tick of V8's profiler; ticks outside of any function have none."""

from __future__ import annotations

import re

from resonance_perf.model.profile import Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_BEGINNING = re.compile(rb'\s*\[(?:\s*\[\],?)*\s*\[\s*\{"name":"(?:[^"\\]|\\.)*","type":"[A-Z_]+"')


def recognises(name: str, head: bytes) -> bool:
    """See `Format`."""
    return _BEGINNING.match(head) is not None or name.endswith("ticks.json")


@source.reads("0x")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    stacks = Stacks()
    for tick in source.document(data, name):
        frames = [words.symbol(one["name"], one["name"] if one["type"] == "SHARED_LIB" else "") for one in tick]
        stacks.add(stacks.walk(stacks.root(), frames), 1.0)
    return Profile(types=(words.SAMPLES,), stacks=stacks.told(), tool="0x")
