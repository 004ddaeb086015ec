"""The stacks of two sides as one tree: what a flame graph draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from resonance_perf.model.profile import Capture, Frame
from resonance_perf.profiles.units import base_unit

ROOT = "all"


@dataclass(slots=True)
class Node:
    """A function as it was called from there; `before` and `after` are its totals per unit of work, in base units.

    `place` is `file:line` of the function, as far as the profiler tells.
    """

    name: str
    place: str = ""
    before: float = 0.0
    after: float = 0.0
    children: dict[tuple[str, str], Node] = field(default_factory=dict)

    def walk(self) -> Iterator[tuple[int, Node]]:
        """(depth, node), each before its children, those that were called first in the alphabet's order first."""
        waiting = [(0, self)]
        while waiting:
            depth, node = waiting.pop()
            yield depth, node
            below = sorted(node.children.values(), key=lambda one: (one.name, one.place), reverse=True)
            waiting.extend((depth + 1, one) for one in below)


def tree_of(base: Sequence[Capture], head: Sequence[Capture]) -> Node:
    """The root of both sides' stacks in base units, each side as the mean of its captures; a side may have none.

    Frames of one function of one file are one node below the same parent, whichever line ran.
    """
    root = Node(ROOT)
    for captures, side in ((base, "before"), (head, "after")):
        for capture in captures:
            factor = base_unit(capture.profile.types[capture.profile.chosen])[1]
            _add(root, capture, side, factor / (capture.work * len(captures)))
    return root


def _add(root: Node, capture: Capture, side: str, weight: float) -> None:
    chosen = capture.profile.chosen
    for stack in capture.profile.stacks:
        value = stack.values[chosen] * weight
        node = root
        _grow(node, side, value)
        for frame in stack.frames:
            key = (frame.function, frame.file)
            child = node.children.get(key)
            if child is None:
                child = node.children[key] = Node(frame.function, _place(frame))
            node = child
            _grow(node, side, value)


def _grow(node: Node, side: str, value: float) -> None:
    if side == "before":
        node.before += value
    else:
        node.after += value


def _place(frame: Frame) -> str:
    line = frame.start or frame.line
    return f"{frame.file}:{line}" if frame.file and line else frame.file


@dataclass(frozen=True, slots=True)
class Function:
    """A function with what it used itself, wherever it was called, per unit of work and in base units."""

    name: str
    place: str
    before: float
    after: float


def functions(root: Node) -> list[Function]:
    """Every function, those first that changed most; of one side, those that used most."""
    sums: dict[tuple[str, str], list[float]] = {}
    for _depth, node in root.walk():
        own = sums.setdefault((node.name, node.place), [0.0, 0.0])
        own[0] += node.before - sum(one.before for one in node.children.values())
        own[1] += node.after - sum(one.after for one in node.children.values())
    found = [Function(*named, *own) for named, own in sums.items()]
    return sorted(found, key=lambda one: (-abs(one.after - one.before), one.name, one.place))
