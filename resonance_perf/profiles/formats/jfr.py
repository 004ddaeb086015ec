"""jfr: recordings of Java's Flight Recorder, read by the `jfr` of a JDK, and what `jfr print` says of one.

Its JSON says the same in twenty times as many bytes. Java's sampler looks at some threads every 10 or 20 ms, where they
run Java: its samples have a count and no time. Which file a class was written in, a recording does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

RECORDING = b"FLR\0"
"""How a recording begins, which `PRINT` makes readable."""
_RUNS, _ALLOCATES = "jdk.ExecutionSample", "jdk.ObjectAllocationSample"
PRINT = ("jfr", "print", "--stack-depth", "64", "--events", f"{_RUNS},{_ALLOCATES}")
_BEGINS = re.compile(r"(?P<event>jdk\.\w+) \{")
_THREAD = re.compile(r'  (?:sampledThread|eventThread) = "(?P<name>.*)" \(.*\)')
_WEIGHT = re.compile(r"  weight = (?P<size>\d+(?:\.\d+)?) (?P<unit>bytes?|[kMGT]B)")
_FRAME = re.compile(r"    (?P<function>[^(\s][^(]*)\(.*\)(?: line: (?P<line>\d{1,9}))?")
_BYTES = {"byte": 1, "bytes": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return head.startswith((f"{_RUNS} {{".encode(), f"{_ALLOCATES} {{".encode()))


@source.reads("jfr")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. What the compiler and the collector allocate for themselves has no stack, and is left out."""
    stacks, seen = Stacks(), False
    for one in _events(source.lines(data)):
        if one.frames and one.kind in (_RUNS, _ALLOCATES):
            runs = one.kind == _RUNS
            seen = seen or runs
            place = stacks.walk(stacks.root((("thread", one.thread),)), reversed(one.frames))
            stacks.add(place, *((1.0, 0.0) if runs else (0.0, one.size)))
    told = stacks.told()
    if not told:
        raise source.bad(name, "no sample of Java is in this", "Did the program run long enough?")
    return Profile(types=(words.SAMPLES, words.ALLOCATED), stacks=told, chosen=0 if seen else 1, tool="jfr")


@dataclass(slots=True)
class _Event:
    """Frames are in the order of the file, the leaf first; `size` is in bytes."""

    kind: str
    thread: str = ""
    size: float = 0.0
    frames: list[Frame] = field(default_factory=list)


def _events(lines: Iterable[str]) -> Iterator[_Event]:
    event = _Event("")
    for line in map(str.rstrip, lines):
        if (match := _BEGINS.fullmatch(line)) is not None:
            event = _Event(match["event"])
        elif line == "}":
            yield event
        elif (match := _FRAME.fullmatch(line)) is not None:
            event.frames.append(Frame(match["function"], line=int(match["line"] or 0)))
        elif (match := _THREAD.fullmatch(line)) is not None:
            event.thread = match["name"]
        elif (match := _WEIGHT.fullmatch(line)) is not None:
            event.size = float(match["size"]) * _BYTES[match["unit"]]
