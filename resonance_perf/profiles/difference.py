"""Captures of two sides → which functions take more or less than before, per unit of work, and on which path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from resonance_perf.model.profile import Capture, Frame, Stack
from resonance_perf.profiles.chance import LEAST, Change, change_of, noise_of
from resonance_perf.profiles.rare import holm

FALSE_FINDINGS = 0.05
"""How often a difference of equal code may hold a finding at all."""
_NOTICED = 0.005
"""A function that never takes this share of the whole is not looked at."""
_CARRIES = 0.5
"""A path goes on as long as one function below carries this share of all that was added."""
_PARTLY = 0.5
_ROUNDING = 1e-9
_Values = dict[Frame, list[float]]


@dataclass(frozen=True, slots=True)
class FrameChange:
    """How much a function takes by itself, and with all that it calls."""

    frame: Frame
    own: Change
    total: Change


@dataclass(frozen=True, slots=True)
class Difference:
    """The head against the base, each value divided by the work of its capture, in the unit of the profile.

    `frames` stand in the order of what they added by themselves, and of what they added in all. `path` begins at the
    root and holds the functions that carry what was added, to the deepest that still carries most of it.
    """

    total: Change
    frames: tuple[FrameChange, ...] = ()
    path: tuple[Frame, ...] = ()

    def of(self, frame: Frame) -> FrameChange | None:
        """How one function changed."""
        return next((one for one in self.frames if one.frame == frame), None)

    @property
    def findings(self) -> tuple[FrameChange, ...]:
        """Those whose change is not chance."""
        return tuple(one for one in self.frames if one.own.found or one.total.found)


def difference(base: Sequence[Capture], head: Sequence[Capture], *, least: float = 0.0) -> Difference:
    """Compare captures of one profiler whose profiles are in normal form, by the type that is chosen.

    No finding is made of functions that take less than `least` on both sides: each that is looked at makes the others
    less sure.

    Raises:
        ValueError: when a side has no capture.
    """
    if not base or not head:
        raise ValueError("a side has no capture")
    captures, first = [*base, *head], len(base)
    split = _splitter(first)
    own, total = _per_frame(captures, _leaf), _per_frame(captures, _each)
    totals = split([one.profile.total / one.work for one in captures])
    noise = noise_of(totals, split([worth(one) for one in captures]), map(split, own.values()))
    both = change_of(totals, noise)
    alone, below = ({frame: change_of(split(v), noise) for frame, v in of.items()} for of in (own, total))
    noticed = max(least, _NOTICED * max(both.before, both.after)) * (1 - _ROUNDING)
    _mark((alone, own), (below, total), least=noticed)
    none = Change(0.0, 0.0, 0.0, 0.0, 1.0, apart=0.0, factor=0.0)
    frames = [FrameChange(frame, alone.get(frame, none), below[frame]) for frame in total]
    frames.sort(key=lambda one: (-one.own.size, -one.total.size, one.frame.file, one.frame.function))
    return Difference(replace(both, found=both.p <= FALSE_FINDINGS), tuple(frames), carrying_path(base, head))


def whole(captures: Sequence[Capture]) -> tuple[Capture, ...]:
    """Without those that saw less than half of what the median of their side saw: there the profiler came late, or
    left early. At least `LEAST` stay, and all where the others differ by as much: then that is how captures vary."""
    seen = [one.profile.total / one.work for one in captures]
    least = _PARTLY * median(seen)
    alike = _PARTLY * max(seen) <= min(one for one in seen if one >= least)
    kept = tuple(one for one, total in zip(captures, seen, strict=True) if total >= least)
    return kept if len(kept) >= LEAST and alike else tuple(captures)


def worth(capture: Capture) -> float:
    """What one sample is worth per unit of work; 0 for what is not sampled."""
    profile = capture.profile
    chosen = profile.types[profile.chosen]
    period = profile.period or float(chosen.unit == "count" and chosen.name == "samples")
    return period / capture.work


def _leaf(stack: Stack) -> Iterable[Frame]:
    return stack.frames[-1:]


def _each(stack: Stack) -> Iterable[Frame]:
    """Every function once, also where it is on the stack again."""
    return set(stack.frames)


def _splitter(first: int) -> Callable[[Sequence[float]], tuple[Sequence[float], Sequence[float]]]:
    return lambda values: (values[:first], values[first:])


def _per_frame(captures: Sequence[Capture], counted: Callable[[Stack], Iterable[Frame]]) -> _Values:
    """Each function's value in each capture, per unit of work."""
    found: _Values = {}
    for at, capture in enumerate(captures):
        chosen, work = capture.profile.chosen, capture.work
        for stack in capture.profile.stacks:
            value = stack.values[chosen] / work
            for frame in counted(stack):
                found.setdefault(frame, [0.0] * len(captures))[at] += value
    return found


def _mark(*families: tuple[dict[Frame, Change], _Values], least: float) -> None:
    """Say which changes are findings. Functions that were always seen together ask one question, not many."""
    asked: dict[tuple[str, ...], float] = {}
    for changes, values in families:
        for frame, one in changes.items():
            if max(one.before, one.after) >= least:
                asked[_question(values[frame])] = one.p
    adjusted = dict(zip(asked, holm(list(asked.values())), strict=True))
    for changes, values in families:
        for frame, one in changes.items():
            if adjusted.get(_question(values[frame]), 1.0) <= FALSE_FINDINGS:
                changes[frame] = replace(one, found=True)


def _question(values: Sequence[float]) -> tuple[str, ...]:
    """Equal for functions that were always seen together, in whatever order their values were added up."""
    return tuple(f"{one:.9g}" for one in values)


@dataclass(slots=True)
class _Place:
    """Where stacks are alike from the root on: how much was added there, and what is below."""

    grown: float = 0.0
    below: dict[Frame, _Place] = field(default_factory=dict)


def carrying_path(base: Sequence[Capture], head: Sequence[Capture], below: Frame | None = None) -> tuple[Frame, ...]:
    """The functions that carry what was added or what went, from the root down, or from the function `below` down."""
    root, seen = _Place(), 0.0
    for captures, sign in ((base, -1), (head, 1)):
        for capture in captures:
            weight = sign / (len(captures) * capture.work)
            for stack in capture.profile.stacks:
                if below is not None and below not in stack.frames:
                    continue
                value = weight * stack.values[capture.profile.chosen]
                seen += abs(value)
                root.grown += value
                place = root
                for frame in stack.frames[0 if below is None else stack.frames.index(below) + 1 :]:
                    if (deeper := place.below.get(frame)) is None:
                        deeper = place.below[frame] = _Place()
                    place = deeper
                    place.grown += value
    return _descent(root) if abs(root.grown) > _ROUNDING * seen else ()


def _descent(root: _Place) -> tuple[Frame, ...]:
    path: list[Frame] = []
    place = root
    while place.below:
        frame, place = max(place.below.items(), key=lambda one: one[1].grown / root.grown)
        if place.grown / root.grown < _CARRIES:
            break
        path.append(frame)
    return tuple(path)
