"""heapsnapshot: of V8, from DevTools or `v8.writeHeapSnapshot()`: every object that is alive, by what keeps it so.

A stack is the shortest way from the roots to an object: `Class.property` for each that holds the next, its own class in
the end; what the engine itself holds is looked at last. Weak references keep nothing. Two snapshots are compared like
any two profiles: what grew, and by which way.
"""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resonance_perf.model.profile import Frame, Profile
from resonance_perf.profiles.formats import source, words
from resonance_perf.profiles.formats.stacks import Stacks

_NAMED = {"object", "native", "synthetic", "hidden"}
_CLASSES = {
    "string": "(string)",
    "concatenated string": "(string)",
    "sliced string": "(string)",
    "array": "(array)",
    "code": "(compiled code)",
    "closure": "Function",
    "regexp": "RegExp",
    "number": "(number)",
    "symbol": "Symbol",
    "bigint": "BigInt",
}
_WEAK = "weak"
_BY_INDEX = {"element", "hidden"}
_NO_PLACE = -1


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Format`."""
    return b'"snapshot":' in head and b'"node_fields":' in head


@source.reads("heapsnapshot")
def read(data: bytes, name: str) -> Profile:
    """See `Format`."""
    graph = _Graph(*_parts(data, name))
    stacks = Stacks()
    root = stacks.root()
    places = array("q", [_NO_PLACE]) * graph.count  # where the way to what holds an object ends
    frames: dict[str, Frame] = {}
    first = [node for node, _ in graph.kept_by(0)]
    for roots in ([one for one in first if not graph.is_synthetic(one)], first):
        wave = [one for one in dict.fromkeys(roots) if places[one] == _NO_PLACE]
        for node in wave:
            places[node] = root
        while wave:
            wave = list(_next(graph, wave, stacks, places, frames))
    return Profile(types=(words.OBJECTS, words.SPACE), stacks=stacks.told(), chosen=1, tool="V8")


def _parts(data: bytes, name: str) -> tuple[Mapping[str, Any], Sequence[int], Sequence[int]]:
    """(the document, its nodes, its edges). Those are hundreds of millions of numbers: they are cut out of the text
    before it becomes values, of which each would take four times as much."""
    rest, found = data, []
    for key in (b'"nodes":[', b'"edges":['):
        begin = rest.find(key) + len(key)
        end = rest.find(b"]", begin)
        if begin < len(key) or end < 0:
            whole = source.document(data, name)
            return whole, whole["nodes"], whole["edges"]
        found.append(_numbers(rest[begin:end]))
        rest = rest[:begin] + rest[end:]
    return source.document(rest, name), found[0], found[1]


def _numbers(text: bytes) -> array[int]:
    import numpy as np

    if not text.strip():
        return array("q")
    if text.translate(None, b"0123456789, \r\n\t"):
        raise ValueError("what should be a list of numbers is none")
    with warnings.catch_warnings():  # of a list that is none
        warnings.simplefilter("ignore", DeprecationWarning)
        found = np.fromstring(text, dtype=np.int64, sep=",")
    if found.size != text.count(b",") + 1:
        raise ValueError("what should be a list of numbers is none")
    return array("q", found.tobytes())


def _next(
    graph: _Graph, wave: Sequence[int], stacks: Stacks, places: array[int], frames: dict[str, Frame]
) -> Iterator[int]:
    """Add the objects that are as far from the roots as each other; those that only they hold."""
    for node in wave:
        here, own = places[node], graph.class_of(node)
        stacks.add(stacks.child(here, frames.setdefault(own, Frame(own))), 1.0, float(graph.size(node)))
        for target, how in graph.kept_by(node):
            if places[target] == _NO_PLACE:
                text = own + how
                frame = frames.setdefault(text, Frame(text))
                # a list that is linked by its elements is one step
                places[target] = here if stacks.frame(here) == frame else stacks.child(here, frame)
                yield target


class _Graph:
    """The objects of a snapshot by their index, as its tables of numbers tell them."""

    def __init__(self, whole: Mapping[str, Any], nodes: Sequence[int], edges: Sequence[int]) -> None:
        meta = whole["snapshot"]["meta"]
        self._nodes, self._edges = nodes, edges
        self._texts: Sequence[str] = whole["strings"]
        fields, edge_fields = meta["node_fields"], meta["edge_fields"]
        self._width, self._edge_width = len(fields), len(edge_fields)
        self._type, self._name, self._size, self._edge_count = (
            fields.index(one) for one in ("type", "name", "self_size", "edge_count")
        )
        self._edge_type, self._edge_name, self._to = (
            edge_fields.index(one) for one in ("type", "name_or_index", "to_node")
        )
        self._node_types: Sequence[str] = meta["node_types"][self._type]
        self._edge_types: Sequence[str] = meta["edge_types"][self._edge_type]
        self.count = len(self._nodes) // self._width
        if not self.count:
            raise ValueError("it has no object")
        self._first = array("q", [0])
        for node in range(self.count):
            self._first.append(self._first[-1] + self._nodes[node * self._width + self._edge_count])

    def size(self, node: int) -> int:
        """Bytes of the object itself."""
        return int(self._nodes[node * self._width + self._size])

    def is_synthetic(self, node: int) -> bool:
        """True for what the engine itself holds on to."""
        kind: str = self._node_types[self._nodes[node * self._width + self._type]]
        return kind == "synthetic"

    def class_of(self, node: int) -> str:
        """Its class, as DevTools groups objects."""
        kind = self._node_types[self._nodes[node * self._width + self._type]]
        if kind in _NAMED:
            name = self._texts[self._nodes[node * self._width + self._name]]
            return name.partition(" / ")[0] if kind == "hidden" else name or f"({kind})"
        return _CLASSES.get(kind, f"({kind})")

    def kept_by(self, node: int) -> Iterator[tuple[int, str]]:
        """(object that this one holds, how): each of its edges but the weak ones."""
        for edge in range(self._first[node], self._first[node + 1]):
            at = edge * self._edge_width
            kind = self._edge_types[self._edges[at + self._edge_type]]
            if kind == _WEAK:
                continue
            name = "" if kind in _BY_INDEX else self._texts[self._edges[at + self._edge_name]]
            how = f".{name}" if name and not name[0].isdigit() else "[]"  # "7 / part of key …" is of a weak map
            target, rest = divmod(self._edges[at + self._to], self._width)
            if rest or not 0 <= target < self.count:
                raise ValueError(f"an edge to object {self._edges[at + self._to]}, which is none")
            yield target, how
