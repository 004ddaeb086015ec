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
_PLACED = re.compile(r"(?P<function>.+) \((?P<file>[^()]+?)(?::(?P<line>\d{1,10}))?\)", re.DOTALL)


def common(unit: str) -> tuple[str, int]:
    """(the unit that we use for it, how many of those one has): times are told in nanoseconds."""
    factor = _FACTORS.get(unit)
    return (unit, 1) if factor is None else ("nanoseconds", factor)


@lru_cache(maxsize=65_536)
def frame(text: str) -> Frame:
    """`function (file:line)`, as py-spy and VizTracer name a frame, or a function alone."""
    if (match := _PLACED.fullmatch(text)) is None or not (match["line"] or "." in match["file"]):
        return Frame(text)
    return Frame(match["function"], match["file"], int(match["line"] or 0))


def text(one: Frame) -> str:
    """The frame as `frame` reads it; the first line of its function has no place there."""
    if not one.file:
        return one.function
    return f"{one.function} ({one.file}:{one.line})" if one.line else f"{one.function} ({one.file})"
