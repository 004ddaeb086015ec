"""In what order the sides run."""

from __future__ import annotations

import random
from collections.abc import Iterator

from resonance_perf.model.run import Side


def in_turn(sides: tuple[Side, ...], draw: random.Random) -> Iterator[tuple[Side, ...]]:
    """The sides in random order, again and again.

    Each turn has its own coin: the signs of differences between equal sides are then independent, whatever the noise,
    which is what the test of the comparison rests on. Balanced starts would cancel a drift better, and lose that.
    """
    while True:
        order = list(sides)
        draw.shuffle(order)
        yield tuple(order)
