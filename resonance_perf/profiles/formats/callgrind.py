"""callgrind: instructions by function, exactly, from valgrind.

Source: valgrind.org/docs/manual/cl-format.html. The file knows who calls whom, but stacks only where it was recorded
with `--separate-callers`: a function is called `leaf'caller'its caller` then. What was inlined belongs to the function
around it. A number in place of a caller is the depth of a recursion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from resonance_perf.model.profile import Frame, Profile, ValueType
from resonance_perf.profiles.formats import source
from resonance_perf.profiles.formats.stacks import Stacks

INSTRUCTIONS = ValueType("instructions", "count")
_FLAT = "callgrind knows no stacks unless it runs with --separate-callers=20; these are functions alone"
_NAMED = re.compile(r"(?P<key>c?(?:fn|fl|fi|fe|ob))=(?P<number>\(\d{1,9}\))? ?(?P<name>.*)")
_COST = re.compile(r"(?:[+-]?\d+|\*|0x[0-9a-fA-F]+)(?: (?:[+-]?\d+|\*|0x[0-9a-fA-F]+))*")
_TABLES = {"ob": "ob", "fl": "fl", "fi": "fl", "fe": "fl", "fn": "fn"}
_UNKNOWN = "???"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b"\nevents:" in head and (b"creator: callgrind" in head or head.startswith(b"# callgrind format"))


@source.reads("callgrind")
def read(data: bytes, name: str) -> Profile:
    """See `Format`. There is one type for each event; instructions are meant."""
    file = _File()
    for number, line in enumerate(source.lines(data), start=1):
        try:
            file.take(line.rstrip())
        except ValueError as error:
            raise source.bad(name, str(error), "Was it cut off?", number) from error
    return file.told()


class _File:
    """What the lines so far say."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._now = {"ob": "", "fl": "", "fn": ""}
        self._values: dict[str, list[int]] = {}
        self._files: dict[str, str] = {}
        self._positions = 1
        self._events: list[str] = []
        self._calls = False

    def take(self, line: str) -> None:
        """One line. The one after `calls=` tells what the callee had in all, which its own lines tell, too."""
        if (match := _NAMED.fullmatch(line)) is not None:
            self._name(match["key"], match["number"] or "", match["name"])
        elif _COST.fullmatch(line):
            self._cost(line.split())
        elif line.startswith("calls="):
            self._calls = True
        elif line.startswith("positions:"):
            self._positions = len(line.split()) - 1
        elif line.startswith("events:"):
            self._events = line.split()[1:]

    def told(self) -> Profile:
        """The profile of the whole file."""
        if not self._events:
            raise ValueError("it does not say what it counts")
        types = tuple(INSTRUCTIONS if one == "Ir" else ValueType(one, "count") for one in self._events)
        stacks = Stacks()
        for name, values in self._values.items():
            path = [Frame(one, self._files.get(one, "")) for one in reversed(_chain(name))]
            stacks.add(stacks.walk(stacks.root(), path), *map(float, values))
        return Profile(
            types=types,
            stacks=stacks.told(),
            chosen=types.index(INSTRUCTIONS) if INSTRUCTIONS in types else 0,
            tool="callgrind",
            note="" if any(len(_chain(one)) > 1 for one in self._values) else _FLAT,
        )

    def _name(self, key: str, number: str, text: str) -> None:
        table = _TABLES[key.removeprefix("c")]
        if number and text:
            self._names[table, number] = text
        elif number:
            text = self._names.get((table, number), "")
            if not text:
                raise ValueError(f"{key}={number} stands for nothing")
        if key in self._now:
            self._now[key] = text
        if key == "fn":
            file = self._now["fl"] if self._now["fl"] != _UNKNOWN else self._now["ob"]
            self._files.setdefault(_chain(text)[0], file)

    def _cost(self, words: Sequence[str]) -> None:
        if self._calls:
            self._calls = False
            return
        values = [int(one, 0) for one in words[self._positions :]]
        if len(values) > len(self._events):
            raise ValueError(f"{len(values)} values for {len(self._events)} events")
        sums = self._values.setdefault(self._now["fn"], [0] * len(self._events))
        for index, value in enumerate(values):
            sums[index] += value


def _chain(name: str) -> list[str]:
    """The function and its callers."""
    return [one for one in name.split("'") if not one.isdigit()] or [name]
