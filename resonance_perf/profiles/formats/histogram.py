"""latency-histogram: what runqlat, biolatency and their like print: how many waits were how long, in powers of two.

There are no stacks: a bucket stands for one. The least that the waits of a bucket can have taken is its lower end each.
"""

from __future__ import annotations

import re

from resonance_perf.model.profile import Frame, Profile, ValueType
from resonance_perf.profiles.formats import source
from resonance_perf.profiles.formats.stacks import Stacks

WAITS = ValueType("waits", "count")
LEAST = ValueType("waiting", "nanoseconds")
_UNITS = {"nsecs": ("ns", 1), "usecs": ("µs", 1_000), "msecs": ("ms", 1_000_000), "secs": ("s", 1_000_000_000)}
_HEAD = re.compile(rf"\s*(?P<unit>{'|'.join(_UNITS)})\s*: count\s+distribution")
_ROW = re.compile(r"\s*(?P<low>\d{1,18}) -> (?P<high>\d{1,18})\s*: (?P<count>\d{1,18})\s*\|.*")
_NOTE = "waits are known to a factor of two: what is told is the least that they can have taken"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return any(_HEAD.fullmatch(line.rstrip()) for line in head.decode("utf-8", "replace").splitlines())


@source.reads("latency histogram")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    stacks, unit, factor = Stacks(), "", 0
    for line in map(str.rstrip, source.lines(data)):
        if (match := _HEAD.fullmatch(line)) is not None:
            unit, factor = _UNITS[match["unit"]]
        elif factor and (match := _ROW.fullmatch(line)) is not None:
            low, high, count = (int(match[one]) for one in ("low", "high", "count"))
            frame = Frame(f"{low} to {high + 1} {unit}")
            stacks.add(stacks.child(stacks.root(), frame), float(count), float(count * low * factor))
    if not unit:
        raise ValueError("it has no histogram")
    return Profile(types=(WAITS, LEAST), stacks=stacks.told(), chosen=1, tool=name, note=_NOTE)
