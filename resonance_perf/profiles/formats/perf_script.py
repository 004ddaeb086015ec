"""perf-script: what `perf script` prints: samples of the kernel's timer or of hardware counters, with stacks.

Which event was sampled is read, never assumed: without hardware counters, `perf record` takes the software clock and
says nothing. A function stands in its binary, or in its source where that was asked for or an engine compiled it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from resonance_perf.model.profile import Frame, Profile, ValueType
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

CLOCKS = ("cpu-clock", "task-clock")
_SOFTWARE = "sampled by {}, a software clock: it has seconds, not cycles, and does not look where interrupts are off"
_USER = "the kernel's part is not in it: perf was not asked to look there, or may not (kernel.perf_event_paranoid)"
_HEAD = re.compile(
    r"(?P<thread>\S.*?) +(?P<id>\d+(?:/\d+)?) +(?:\[\d+\] +)?(?P<time>\d+\.\d+): +(?:(?P<period>\d+) +)?"
    r"(?P<event>[A-Za-z_][\w./=,-]*(?::[\w-]+)*): *(?P<rest>.*)"
)
_FRAME = re.compile(r"\s+(?P<address>[0-9a-f]+) (?P<symbol>.*?)(?:\+0x[0-9a-f]+)? \((?P<binary>.*)\)")
_SOURCE = re.compile(r"\s+(?P<file>[^\s:][^:]*):(?P<line>[1-9]\d{0,8})(?: .*)?")
_MODIFIER = re.compile(r":[ukhGHpPSDWeIb]+$")
_USER_ONLY = re.compile(r":[hGHpPSDWeIb]*u[uhGHpPSDWeIb]*$")
_UNKNOWN = "[unknown]"
_LONGEST_LINE = 16_384


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    lines = [one for one in head.decode("utf-8", "replace").splitlines() if one.strip() and not one.startswith("#")]
    first = _begins(lines[0]) if lines else None
    return first is not None and any(map(_FRAME.fullmatch, (f" {first['rest'].strip()}", *lines[1:2])))


@source.reads("perf script")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. There is one type for each event."""
    samples = list(_samples(source.lines(data), name))
    if not samples:
        raise source.bad(name, "there is no sample in this", "Did the program run long enough?")
    events = list(dict.fromkeys(one.event for one in samples))
    stacks = Stacks()
    for one in samples:
        place = stacks.walk(stacks.root((("thread", one.thread),)), reversed(one.frames))
        stacks.add(place, *(one.period if event == one.event else 0.0 for event in events))
    clock = next((one for one in events if one in CLOCKS), "")
    user_only = all(one.user_only for one in samples)
    times = [one.time for one in samples]
    return Profile(
        types=tuple(words.CPU if one in CLOCKS else ValueType(one, "count") for one in events),
        stacks=stacks.told(),
        tool="perf",
        seconds=max(times) - min(times),
        note="; ".join(filter(None, (_SOFTWARE.format(clock) if clock else "", _USER if user_only else ""))),
    )


@dataclass(slots=True)
class _Sample:
    """Frames are in the order of the file, the leaf first."""

    thread: str
    time: float
    period: float
    event: str
    user_only: bool
    frames: list[Frame] = field(default_factory=list)


def _samples(lines: Sequence[str], name: str) -> Iterator[_Sample]:
    sample: _Sample | None = None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            if sample is not None:
                yield sample
            sample = None
        elif sample is not None:
            if len(line) > _LONGEST_LINE:
                raise source.bad(name, "this line is too long", "No tool writes that.", number)
            if (match := _FRAME.fullmatch(line)) is not None:
                sample.frames.append(_frame(match["symbol"], match["binary"], match["address"]))
            elif sample.frames and (match := _SOURCE.fullmatch(line)) is not None:  # of -F +srcline
                sample.frames[-1] = replace(sample.frames[-1], file=match["file"], line=int(match["line"]))
        elif not line.startswith("#"):
            sample, alone = _head(line, name, number)
            if alone is not None:  # recorded without stacks, a sample is one line
                sample.frames.append(alone)
                yield sample
                sample = None
    if sample is not None:
        yield sample


def _begins(line: str) -> re.Match[str] | None:
    return _HEAD.fullmatch(line.rstrip()) if len(line) < _LONGEST_LINE else None


def _head(line: str, name: str, number: int) -> tuple[_Sample, Frame | None]:
    """(the sample that begins here, the frame that stands on the same line)."""
    match = _begins(line)
    if match is None:
        raise source.bad(name, "this line begins no sample of perf script", "Is it what perf script printed?", number)
    event = _MODIFIER.sub("", match["event"])
    if match["period"] is None and event in CLOCKS:
        raise source.bad(name, "its samples have no period", "Print it: perf script -F +period.", number)
    one = _FRAME.fullmatch(f" {match['rest'].strip()}")
    alone = _frame(one["symbol"], one["binary"], one["address"]) if one else None
    user_only = _USER_ONLY.search(match["event"]) is not None
    return _Sample(match["thread"], float(match["time"]), float(match["period"] or 1), event, user_only), alone


def _frame(symbol: str, binary: str, address: str) -> Frame:
    if binary == "inlined":
        return words.symbol(symbol)
    return words.symbol(f"0x{address}" if symbol == _UNKNOWN else symbol, "" if binary == _UNKNOWN else binary)
