"""Captures as one profile that other tools open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resonance_perf.model.profile import Capture, Profile
from resonance_perf.profiles.formats.stacks import Stacks


def added(captures: Sequence[Capture]) -> Profile:
    """All captures of one side, added up."""
    return _summed([(one, 1.0) for one in captures])


def changed(base: Sequence[Capture], head: Sequence[Capture]) -> Profile:
    """What the head takes beyond the base for the work that the head did; below 0 where it takes less."""
    worked = sum(one.work for one in head) / sum(one.work for one in base)
    return _summed([*((one, 1.0) for one in head), *((one, -worked) for one in base)])


def _summed(parts: Sequence[tuple[Capture, float]]) -> Profile:
    told = Stacks()
    root = told.root()
    for capture, weight in parts:
        for stack in capture.profile.stacks:
            told.add(told.walk(root, stack.frames), *(value * weight for value in stack.values))
    seconds = sum(one.profile.seconds for one, weight in parts if weight > 0)
    return replace(parts[0][0].profile, stacks=told.told(), seconds=seconds)
