"""The functions of the repository that carry a change, those that the commit touched first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from resonance_perf.model.cause import Cause
from resonance_perf.model.diff import Diff, Hunk
from resonance_perf.model.profile import Capture, Frame, Stack
from resonance_perf.profiles.chance import Change
from resonance_perf.profiles.cpu import as_cpu
from resonance_perf.profiles.difference import Difference, FrameChange, carrying_path, difference
from resonance_perf.profiles.moves import moves_of
from resonance_perf.profiles.normal import is_own, normal, qualified, without_lines
from resonance_perf.profiles.shares import Scale
from resonance_perf.profiles.touched import first_line, holds, touching
from resonance_perf.profiles.units import base_unit

LEAST_SHARE = 0.05
"""A function that carries less of a change than this is not named."""
_NEARLY = 0.8
"""Of touched functions that carry so much of what the first does, the one that does least beside it is meant."""
_OWN = 0.5
"""What makes a function the one that takes the time, rather than one that calls it."""
_SUSPECT = 0.25
_MOST = 5


@dataclass(frozen=True, slots=True)
class Sides:
    """Captures of both sides in normal form, made by one profiler, with the diff between them."""

    base: tuple[Capture, ...]
    head: tuple[Capture, ...]
    diff: Diff
    lines: dict[Frame, int]
    """Where in each function most was added."""

    def without(self, frame: Frame) -> Sides:
        """The same without all stacks on which `frame` is."""
        return self._map(lambda stack: None if frame in stack.frames else stack)

    def folded(self) -> Sides:
        """The same with libraries as a part of the function that calls them."""
        return self._map(lambda stack: replace(stack, frames=_own_frames(stack.frames)))

    def compared(self, least: float = 0.0) -> Difference:
        """What became of each function that takes `least` on a side."""
        return difference(self.base, self.head, least=least)

    def _map(self, change: Callable[[Stack], Stack | None]) -> Sides:
        def changed(one: Capture) -> Capture:
            stacks = tuple(filter(None, map(change, one.profile.stacks)))
            return replace(one, profile=replace(one.profile, stacks=stacks))

        return replace(self, base=tuple(map(changed, self.base)), head=tuple(map(changed, self.head)))


def sides_of(base: Sequence[Capture], head: Sequence[Capture], diff: Diff, *, cpu: bool = False) -> Sides:
    """Both sides in normal form; `cpu`: as CPU time, where a profile of wall time can tell."""
    before = tuple(replace(one, profile=normal(one, diff, of_base=True)) for one in base)
    after = tuple(replace(one, profile=normal(one, diff)) for one in head)
    if cpu:
        before, after = tuple(map(as_cpu, before)), tuple(map(as_cpu, after))
    return Sides(before, after, diff, _lines(base, head, diff))


def function_causes(metric: str, sides: Sides, scale: Scale) -> tuple[Cause, ...]:
    """The functions whose change is not chance, with their share.

    A touched function that carries the change stands for all that it calls; what is left is told by the functions that
    take it, with what libraries do for them.
    """
    found: list[Cause] = []
    left = sides
    while len(found) < _MOST:
        told = left.folded().compared(LEAST_SHARE * max(abs(scale.size), abs(scale.total.size)))
        chosen = _touched(left, told, scale)
        if chosen is None:
            break
        one, hunk = chosen
        found.append(_cause(metric, left, scale, one.frame, one.total, hunk))
        left = left.without(one.frame)
    else:
        return tuple(found)
    others = (one for one in told.frames if one.own.found and scale.share(one.own)[0] >= LEAST_SHARE)
    named = [_cause(metric, left, scale, one.frame, one.own, None) for one in others]
    named.sort(key=lambda one: -(one.share or 0.0))
    return (*found, *named[: _MOST - len(found)])


def suspect(sides: Sides, scale: Scale) -> tuple[str, float] | None:
    """(function, share) of the one that seems to carry most, where its change may be chance."""
    unsure = (one for one in sides.folded().compared().frames if not one.own.found)
    most = max(unsure, key=lambda one: scale.share(one.own)[0], default=None)
    share = scale.share(most.own)[0] if most else 0.0
    return (qualified(most.frame), share) if most and share >= _SUSPECT else None


def _touched(sides: Sides, told: Difference, scale: Scale) -> tuple[FrameChange, Hunk] | None:
    """The function that the commit touched and that carries most."""
    found: list[tuple[float, FrameChange, Hunk]] = []
    for one in told.frames:
        share = scale.share(one.total)[0]
        if one.total.found and share >= LEAST_SHARE and is_own(one.frame):
            line = sides.lines.get(one.frame, 0)
            hunk = touching(replace(one.frame, line=line), sides.diff)
            if hunk is not None and _answers(sides, one, hunk, line):
                found.append((share, one, hunk))
    most = max((share for share, *_ in found), default=0.0)
    nearest = [(one, hunk) for share, one, hunk in found if share >= _NEARLY * most]
    return min(nearest, key=lambda pair: max(pair[0].total.before, pair[0].total.after), default=None)


def _answers(sides: Sides, one: FrameChange, hunk: Hunk, line: int) -> bool:
    """True when what was added stands in this function, at a line that the commit wrote, or in one that it calls
    itself. `main` was running, too, whatever became slower."""
    if abs(one.own.size) >= _OWN * abs(one.total.size) or holds(hunk, line):
        return True
    below = [frame for frame in carrying_path(sides.base, sides.head, one.frame) if is_own(frame)]
    return len(below) <= 1


def _cause(metric: str, sides: Sides, scale: Scale, frame: Frame, moved: Change, hunk: Hunk | None) -> Cause:
    profile = sides.head[0].profile
    unit, factor = base_unit(profile.types[profile.chosen])
    share, low, high = scale.share(moved)
    sure = isfinite(low) and isfinite(high)
    move = moves_of(sides.diff).of_head(frame.file, frame.function)
    return Cause(
        metric=metric, kind="function", name=qualified(frame), source=profile.tool, unit=unit,
        before=moved.before * factor, after=moved.after * factor, share=share, low=low if sure else None,
        high=high if sure else None, file=frame.file if is_own(frame) else "", line=_line(sides, frame),
        touched=hunk is not None, hunk=str(hunk or ""), detail=_below(sides, frame),
        was=move.old if move else "",
    )  # fmt: skip


def _line(sides: Sides, frame: Frame) -> int:
    change = sides.diff.of_new(frame.file)
    return sides.lines.get(frame, 0) or (first_line(frame, change.text) if change and is_own(frame) else 0)


def _below(sides: Sides, frame: Frame) -> str:
    """What it calls that carries most of it: `in shop.pool.records`, `in json.encoder.iterencode`."""
    path = carrying_path(sides.base, sides.head, frame)
    deepest = next((one for one in reversed(path) if is_own(one)), path[-1] if path else None)
    return f"in {qualified(deepest)}" if deepest else ""


def _own_frames(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The repository's own functions; where there are none, what the stack began with."""
    own = [one for one in frames if is_own(one)]
    return tuple(one for at, one in enumerate(own) if not at or one != own[at - 1]) or frames[:1]


def _lines(base: Sequence[Capture], head: Sequence[Capture], diff: Diff) -> dict[Frame, int]:
    grown: dict[Frame, float] = {}
    for captures, sign, of_base in ((base, -1, True), (head, 1, False)):
        for capture in captures:
            weight = sign / (capture.work * len(captures))
            for stack in normal(capture, diff, of_base=of_base, lines=True).stacks:
                for frame in set(stack.frames):
                    grown[frame] = grown.get(frame, 0.0) + weight * stack.values[capture.profile.chosen]
    found: dict[Frame, tuple[float, int]] = {}
    for frame, size in grown.items():
        function, line = without_lines(frame), frame.line or frame.start
        if line and size > found.get(function, (float("-inf"), 0))[0]:
            found[function] = size, line
    return {frame: line for frame, (_, line) in found.items()}
