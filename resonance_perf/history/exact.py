"""A series without noise: every change of the value is a change."""

from __future__ import annotations

from resonance_perf.history.noise import Floats
from resonance_perf.history.reading import Found


def exact_steps(values: Floats) -> list[Found]:
    """One step for every place where the value is not the one before."""
    pairs = enumerate(zip(values[:-1].tolist(), values[1:].tolist(), strict=True), start=1)
    return [
        Found("step", place, place, place, before, after, 0.0, 0.0)
        for place, (before, after) in pairs
        if before != after
    ]
