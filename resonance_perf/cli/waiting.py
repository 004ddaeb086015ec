"""What a person hears while a measurement takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable

SILENT_S = 20.0
"""Nobody waits longer without a word, but for a single sample that takes longer."""


def still_measuring(
    name: str, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> Callable[[], None]:
    """What is to be called between samples: it says from time to time that `name` is still measured."""
    began = last = clock()

    def between() -> None:
        nonlocal last
        at = clock()
        if at - last >= SILENT_S:
            last = at
            say(f"{name}: {at - began:.0f} s so far …")

    return between
