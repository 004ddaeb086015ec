"""What tools say in passing: frames as text, units as words."""

from __future__ import annotations

import re
from functools import lru_cache

from resonance_perf.model.profile import Frame, ValueType

_NANOSECONDS = {
    1: ("nanoseconds", "nanosecond", "ns"),
    1_000: ("microseconds", "microsecond", "us", "μs", "µs"),
    1_000_000: ("milliseconds", "millisecond", "ms"),
    1_000_000_000: ("seconds", "second", "s", "sec"),
}
_FACTORS = {word: factor for factor, words in _NANOSECONDS.items() for word in words}
SAMPLES = ValueType("samples", "count")
WALL = ValueType("wall", "nanoseconds")
CPU = ValueType("cpu", "nanoseconds")
SPACE = ValueType("inuse_space", "bytes")
OBJECTS = ValueType("inuse_objects", "count")
ALLOCATED = ValueType("alloc_space", "bytes")
ALLOCATIONS = ValueType("alloc_objects", "count")
CALLS = ValueType("calls", "count")
OFF_CPU = ValueType("off-cpu", "nanoseconds")
ANONYMOUS = "(anonymous)"
"""A function to which V8 gives no name."""
_PLACED = re.compile(r"(?P<function>.+) \((?P<file>[^()]+?)(?::(?P<line>\d{1,10}))?\)", re.DOTALL)


def common(unit: str) -> tuple[str, int]:
    """(the unit that we use for it, how many of those one has): times are told in nanoseconds."""
    factor = _FACTORS.get(unit)
    return (unit, 1) if factor is None else ("nanoseconds", factor)


@lru_cache(maxsize=65_536)
def frame(text: str) -> Frame:
    """`function (file:line)`, as py-spy and VizTracer name a frame, or a function alone."""
    if (match := _PLACED.fullmatch(text)) is None or not (match["line"] or set("./") & set(match["file"])):
        return Frame(text)
    return Frame(match["function"], match["file"], int(match["line"] or 0))


_OF_ENGINE = re.compile(
    r"(?P<function>.*) (?P<file>\S+?):(?P<line>\d{1,9}):\d+"  # V8: JS:*hot /srv/app.js:4:13
    r"|py::(?P<python>.+):(?P<module>[^:]+)"  # CPython: py::hot:/srv/app.py
)


def symbol(name: str, binary: str = "") -> Frame:
    """The frame of a symbol in a binary; of what an engine compiled, the place of its source."""
    match = _OF_ENGINE.fullmatch(name)
    if match is None:
        return Frame(name, binary)
    if match["python"]:
        return Frame(match["python"], match["module"])
    return Frame(match["function"] or ANONYMOUS, match["file"], start=int(match["line"]))


def text(one: Frame) -> str:
    """The frame as `frame` reads it; the first line of its function has no place there."""
    if not one.file:
        return one.function
    return f"{one.function} ({one.file}:{one.line})" if one.line else f"{one.function} ({one.file})"
