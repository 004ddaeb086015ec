"""pyroscope: what the server answers to `/render` (one profile) and `/render-diff` (a difference: right less left).

Each level of its flame graph is a row of bars. A bar has an offset from the one before it, its total, its own value and
its name; in a difference, the first three for either side. Written after the documentation: no server could be had.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from resonance_perf.model.profile import Profile, ValueType
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_ONE, _TWO = 4, 7
"""How many numbers a bar has."""
_TYPES = {
    "samples": words.CPU,
    "bytes": words.SPACE,
    "objects": words.OBJECTS,
    "goroutines": ValueType("goroutines", "count"),
    "lock_nanoseconds": ValueType("delay", "nanoseconds"),
    "lock_samples": ValueType("contentions", "count"),
    "nanoseconds": words.CPU,
}
_NS = 1e9
_ROOT = "total"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"flamebearer":' in head


@source.reads("pyroscope")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    whole = source.document(data, name)
    told, names = whole["metadata"], whole["flamebearer"]["names"]
    units = str(told.get("units") or "samples")
    factor = _NS / told["sampleRate"] if units == "samples" else 1.0
    stacks = Stacks()
    for place, value in _bars(whole["flamebearer"]["levels"], names, stacks, _width(told["format"])):
        stacks.add(place, float(round(value * factor)))
    return Profile(types=(_TYPES.get(units, ValueType(units, "count")),), stacks=stacks.told(), tool="pyroscope")


def _width(kind: str) -> int:
    if kind not in ("single", "double"):
        raise ValueError(f'a flame graph of the unknown format "{kind}"')
    return _ONE if kind == "single" else _TWO


def _bars(
    levels: Sequence[Sequence[int]], names: Sequence[str], stacks: Stacks, width: int
) -> Iterator[tuple[int, float]]:
    """(place, what the function has itself) of each bar. A bar stands below the one above it that reaches as far."""
    root = stacks.root()
    above: tuple[list[int], list[int]] = ([0], [root])
    for row in levels:
        if len(row) % width:
            raise ValueError(f"a level of {len(row)} numbers, where a bar has {width}")
        at, begins, places = 0, [], []
        for index in range(0, len(row), width):
            bar = row[index : index + width]
            at += bar[0] if width == _ONE else bar[0] + bar[3]
            parent = above[1][max(0, bisect_right(above[0], at) - 1)]
            name = names[bar[-1]]
            place = root if parent == root and name == _ROOT else stacks.child(parent, words.frame(name))
            yield place, float(bar[2] if width == _ONE else bar[5] - bar[2])
            begins.append(at)
            places.append(place)
            at += bar[1] if width == _ONE else bar[1] + bar[4]
        above = (begins, places)
