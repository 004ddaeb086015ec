"""How often functions are called: exact where their time is not, and evidence for why they take more of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from resonance_perf.model.cause import Cause
from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture, Frame
from resonance_perf.profiles.names import alike
from resonance_perf.profiles.normal import normal, qualified

_MORE = 1.5
"""Calls that grew by less do not explain much."""
_OFTEN = 2.0
"""What is called so often per unit of work is called again and again."""
_Counts = dict[tuple[Frame | None, Frame], float]


def more_calls(causes: Sequence[Cause], base: Capture, head: Capture, diff: Diff) -> tuple[Cause, ...]:
    """For each function that carries a change and is called more often per unit of work, how often; else for the one
    that it calls itself whose calls grew most. `base` and `head` count calls, and their stacks are callers and whom
    they call."""
    before, after = _counts(base, diff, of_base=True), _counts(head, diff, of_base=False)
    found = (_most(one, before, after, head.per) for one in causes if one.kind == "function" and one.file)
    return tuple(one for one in found if one is not None)


def _most(cause: Cause, before: _Counts, after: _Counts, per: str) -> Cause | None:
    meant = {frame for _, frame in after if frame.file == cause.file and alike(qualified(frame), cause.name)}
    own = [(before.get((None, one), 0.0), after[None, one], qualified(one)) for one in meant]
    below = [
        (before.get((caller, one), 0.0), count, f"{qualified(one)} by {qualified(caller)}")
        for (caller, one), count in after.items()
        if caller is not None and caller in meant and one not in meant
    ]
    for choice in (own, below):
        grown = [one for one in choice if one[1] >= max(_OFTEN, _MORE * one[0])]
        if grown:
            was, now, name = max(grown, key=lambda one: one[1] - one[0])
            return Cause(
                metric=cause.metric, kind="count", name=f"calls of {name} per {per}", source="cProfile", unit="",
                before=was, after=now,
            )  # fmt: skip
    return None


def _counts(capture: Capture, diff: Diff, *, of_base: bool) -> _Counts:
    """Calls per unit of work, by (caller, function); those from anywhere have no caller."""
    found: _Counts = {}
    for pair, value in _pairs(replace(capture, profile=normal(capture, diff, of_base=of_base))):
        found[pair] = found.get(pair, 0.0) + value
    return found


def _pairs(capture: Capture) -> Iterator[tuple[tuple[Frame | None, Frame], float]]:
    for stack in capture.profile.stacks:
        value = stack.values[capture.profile.chosen] / capture.work
        *callers, function = stack.frames
        yield (None, function), value
        yield from (((caller, function), value) for caller in callers[-1:])
