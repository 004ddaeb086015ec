"""In what order the two sides run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Literal

from resonance_perf.model.run import Side


def interleaved(pairs: int, draw: random.Random) -> Iterator[tuple[Side, Side]]:
    """The sides of each pair in random order, balanced: of every two pairs, one starts with base.

    Drift between the sides then cancels, and neither side always runs on the warmer machine.
    """
    for index in range(pairs):
        if index % 2 == 0:
            first: Literal["base", "head"] = draw.choice(("base", "head"))
        else:
            first = "head" if first == "base" else "base"
        yield (first, "head" if first == "base" else "base")
