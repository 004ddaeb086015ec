"""Where each frame of a flame graph lies, and its colour; for the pictures that nobody can zoom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from resonance_perf.profiles.tree import Node

SEEN = 0.0015
"""Frames narrower than this share of the picture are left out: nobody can see them."""
NOTICED = 0.005
"""A frame that changed by less than this share of everything keeps the colour of one that did not change."""
_PLAIN = (222, 222, 222)
_GREW = (214, 39, 40)
_SHRANK = (31, 119, 180)
_WARM = ((255, 214, 140), (240, 120, 80))


@dataclass(frozen=True, slots=True)
class Box:
    """A frame: `left` and `width` as shares of the picture, `depth` from 0 for the root, and its colour."""

    node: Node
    depth: int
    left: float
    width: float
    colour: tuple[int, int, int]


def boxes(root: Node) -> Iterator[Box]:
    """All frames that can be seen, parents first. The width of a frame is the larger of its two sides, so that what is
    new and what is gone both show; of a profile with one side, that side."""
    paint = _difference(root) if root.before and root.after else _by_name
    widths = _widths(root)
    whole = widths[id(root)] or 1.0
    waiting = [(root, 0, 0.0)]
    while waiting:
        node, depth, left = waiting.pop()
        width = widths[id(node)] / whole
        if width < SEEN:
            continue
        yield Box(node, depth, left, width, paint(node))
        for child in sorted(node.children.values(), key=lambda one: (one.name, one.place)):
            waiting.append((child, depth + 1, left))
            left += widths[id(child)] / whole


def _widths(root: Node) -> dict[int, float]:
    """The larger side of every node, and at least what its children need."""
    widths: dict[int, float] = {}
    for _depth, node in reversed(list(root.walk())):
        below = sum(widths[id(child)] for child in node.children.values())
        widths[id(node)] = max(node.before, node.after, below)
    return widths


def _difference(root: Node) -> Callable[[Node], tuple[int, int, int]]:
    """Red for what grew, blue for what shrank, the more the stronger."""
    noticed = NOTICED * max(root.before, root.after)

    def paint(node: Node) -> tuple[int, int, int]:
        change = node.after - node.before
        if abs(change) < noticed:
            return _PLAIN
        strength = 0.25 + 0.75 * abs(change) / max(node.before, node.after)
        return _mixed(_PLAIN, _GREW if change > 0 else _SHRANK, strength)

    return paint


def _by_name(node: Node) -> tuple[int, int, int]:
    """A warm colour that a function keeps from picture to picture."""
    return _mixed(*_WARM, sum(map(ord, node.name)) % 17 / 16)


def _mixed(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
