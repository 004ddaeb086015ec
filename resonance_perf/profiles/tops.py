"""What each function takes by itself and with all that it calls, per unit of work, on one side or on two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_perf.model.profile import Capture, Frame, ValueType
from resonance_perf.profiles.functions import Sides
from resonance_perf.profiles.normal import qualified
from resonance_perf.profiles.units import base_unit

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Top:
    """A function with (before, after) in base units; a side that was not profiled has 0. `sure`: that it takes more or
    less by itself, or in all, is not chance; None where there is one side."""

    name: str
    file: str
    line: int
    own: Pair
    total: Pair
    sure: bool | None = None


def tops(sides: Sides) -> tuple[Top, ...]:
    """Every function; those first that changed most by themselves, and of one side, those that take most."""
    compares = bool(sides.base and sides.head)
    found = {one.frame for one in sides.compared().findings} if compares else set()
    before, after = _values(sides.base), _values(sides.head)
    told = [
        Top(
            qualified(frame), frame.file, sides.lines.get(frame, 0),
            (before.get(frame, (0.0, 0.0))[0], after.get(frame, (0.0, 0.0))[0]),
            (before.get(frame, (0.0, 0.0))[1], after.get(frame, (0.0, 0.0))[1]),
            frame in found if compares else None,
        )
        for frame in {**before, **after}
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda one: (-abs(one.own[1] - one.own[0]), -abs(one.total[1] - one.total[0]))))


def _values(captures: Sequence[Capture]) -> dict[Frame, Pair]:
    """(by itself, in all) of each function, the mean of the captures."""
    sums: dict[Frame, list[float]] = {}
    for one in captures:
        chosen = one.profile.chosen
        share = base_unit(one.profile.types[chosen])[1] / one.work / len(captures)
        for stack in one.profile.stacks:
            value = stack.values[chosen] * share
            for frame in set(stack.frames):
                sums.setdefault(frame, [0.0, 0.0])[1] += value
            if stack.frames:
                sums[stack.frames[-1]][0] += value
    return {frame: (own, total) for frame, (own, total) in sums.items()}


def unit_of(kind: ValueType) -> str:
    """The base unit in which its values are told."""
    return base_unit(kind)[0]
