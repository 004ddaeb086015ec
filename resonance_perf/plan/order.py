"""In what order the sides run."""

from __future__ import annotations

import random
from collections.abc import Iterator

from resonance_perf.model.run import Side


def in_turn(sides: tuple[Side, ...], draw: random.Random) -> Iterator[tuple[Side, ...]]:
    """The sides in random order, again and again. Two sides are balanced: of every two turns, one starts with each.

    Drift of the machine then cancels, and no side always runs on the warmer machine.
    """
    while True:
        order = list(sides)
        draw.shuffle(order)
        yield tuple(order)
        if len(sides) == 2:
            yield tuple(reversed(order))
