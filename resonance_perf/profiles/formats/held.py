"""What of a profile a format can hold that other tools read."""

from __future__ import annotations

from collections.abc import Iterable

from resonance_perf.model.errors import UsageError
from resonance_perf.model.profile import Frame, Profile, Stack
from resonance_perf.profiles.formats.stacks import Stacks

NO_FRAMES = (Frame("(no stack)"),)
"""Stands for an empty stack in formats that have none."""


def of_one_type(profile: Profile) -> tuple[Stack, ...]:
    """The stacks with their values of the chosen type alone, added up, without labels. None of them is empty."""
    told = Stacks()
    root = told.root()
    for stack in profile.stacks:
        told.add(told.walk(root, stack.frames or NO_FRAMES), stack.values[profile.chosen])
    return told.told()


def tree(told: Iterable[Stack]) -> tuple[list[tuple[int, Frame, float]], list[int]]:
    """(nodes, which of them each stack ends in). A node is the index of its caller or -1, its frame, and its value with
    all that it calls; a caller is before what it calls."""
    nodes: list[tuple[int, Frame]] = []
    totals: list[float] = []
    known: dict[tuple[int, Frame], int] = {}
    ends = []
    for stack in told:
        at = -1
        for frame in stack.frames:
            key = (at, frame)
            at = known.setdefault(key, len(nodes))
            if at == len(nodes):
                nodes.append(key)
                totals.append(0.0)
            totals[at] += stack.values[0]
        ends.append(at)
    return [(parent, frame, total) for (parent, frame), total in zip(nodes, totals, strict=True)], ends


def only_time(profile: Profile, what: str) -> tuple[Stack, ...]:
    """As `of_one_type`, for a format (`what`) that holds times alone.

    Raises:
        UsageError: when the chosen type is none, or is a difference.
    """
    kind, told = profile.types[profile.chosen], of_one_type(profile)
    if kind.unit != "nanoseconds":
        raise UsageError(f"{what} holds times, and this profile has {kind.name}", hint="Write it as speedscope.")
    if any(one.values[0] < 0 for one in told):
        raise UsageError(f"{what} cannot hold a difference", hint="Write it as pprof.")
    return told
