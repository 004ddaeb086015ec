"""The stacks that changed most between two sides: the way to what grew."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.profile import Capture, Frame
from resonance_perf.profiles.functions import Sides
from resonance_perf.profiles.normal import qualified
from resonance_perf.profiles.units import base_unit

_LONGEST = 8
_AND_SO_ON = "…"


def changed_ways(sides: Sides, most: int) -> list[tuple[str, float]]:
    """(names from the root to the leaf, by how much it changed in the base unit), those that grew most first; none that
    shrank. A long way has its end."""
    change = _values(sides.head)
    for frames, value in _values(sides.base).items():
        change[frames] = change.get(frames, 0.0) - value
    grew = sorted(((value, frames) for frames, value in change.items() if value > 0), key=lambda one: -one[0])
    return [(_told(frames), value) for value, frames in grew[:most]]


def _values(captures: Sequence[Capture]) -> dict[tuple[Frame, ...], float]:
    sums: dict[tuple[Frame, ...], float] = {}
    for one in captures:
        share = base_unit(one.profile.types[one.profile.chosen])[1] / one.work / len(captures)
        for stack in one.profile.stacks:
            sums[stack.frames] = sums.get(stack.frames, 0.0) + stack.values[one.profile.chosen] * share
    return sums


def _told(frames: tuple[Frame, ...]) -> str:
    names = [qualified(one) for one in frames]
    return " › ".join(names if len(names) <= _LONGEST else [_AND_SO_ON, *names[-_LONGEST:]])
