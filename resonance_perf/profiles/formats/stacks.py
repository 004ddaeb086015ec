"""Stacks that are told piece by piece, to the stacks of a profile."""

from __future__ import annotations

from collections.abc import Iterable

from resonance_perf.model.profile import Frame, Stack

MOST_FRAMES = 20_000_000
"""So many frames may the stacks of a profile have together: a short file can stand for gigabytes."""

Labels = tuple[tuple[str, str], ...]


class Stacks:
    """Adds up values on stacks; the beginnings that they share are kept once.

    A place is a number: what `root` and `child` return.
    """

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._frames: list[Frame | None] = []
        self._depths: list[int] = []
        self._labels: dict[int, Labels] = {}
        self._places: dict[tuple[int, Frame | Labels], int] = {}
        self._values: dict[int, tuple[float, ...]] = {}

    def root(self, labels: Labels = ()) -> int:
        """Where the stacks with these labels begin."""
        place = self._place(-1, labels, None, 0)
        self._labels[place] = labels
        return place

    def child(self, parent: int, frame: Frame) -> int:
        """The place of a frame that `parent` calls."""
        return self._place(parent, frame, frame, self._depths[parent] + 1)

    def walk(self, place: int, frames: Iterable[Frame]) -> int:
        """The place at the end of `frames`, which begin below `place`."""
        for frame in frames:
            place = self.child(place, frame)
        return place

    def frame(self, place: int) -> Frame | None:
        """The frame that ends here; None at a root."""
        return self._frames[place]

    def above(self, place: int) -> int:
        """The place of the caller."""
        return self._parents[place]

    def add(self, place: int, *values: float) -> None:
        """Add to the values of the stack that ends here."""
        known = self._values.get(place)
        self._values[place] = values if known is None else tuple(map(sum, zip(known, values, strict=True)))

    def told(self) -> tuple[Stack, ...]:
        """All stacks that have a value other than 0, in the order in which they were met.

        Raises:
            ValueError: when they have more than 20 million frames together.
        """
        valued = [place for place, values in self._values.items() if any(values)]
        if sum(self._depths[place] for place in valued) > MOST_FRAMES:
            raise ValueError(f"its stacks have more than {MOST_FRAMES // 1_000_000} million frames")
        return tuple(self._stack(place) for place in valued)

    def _place(self, parent: int, key: Frame | Labels, frame: Frame | None, depth: int) -> int:
        place = self._places.get((parent, key))
        if place is None:
            place = self._places[parent, key] = len(self._parents)
            self._parents.append(parent)
            self._frames.append(frame)
            self._depths.append(depth)
        return place

    def _stack(self, place: int) -> Stack:
        frames, values = [], self._values[place]
        while (frame := self._frames[place]) is not None:
            frames.append(frame)
            place = self._parents[place]
        return Stack(tuple(reversed(frames)), values, self._labels[place])
