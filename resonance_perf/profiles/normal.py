"""Profiles of two trees so that the same function is the same frame in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resonance_perf.model.diff import Diff
from resonance_perf.model.profile import Capture, Frame, Profile, Stack
from resonance_perf.profiles.files import Ground
from resonance_perf.profiles.moves import moves_of
from resonance_perf.profiles.names import IDLE, MODULE, built_in, by_position, is_tools, plain

_WRAPPERS = frozenset({"cProfile", "profile", "pyinstrument", "memray", "scalene", "viztracer", "runpy", "austin"})
"""Packages below the program's own first frame: what started it."""
_SCRIPTS = (".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx")


def normal(capture: Capture, diff: Diff, *, of_base: bool = False, lines: bool = False) -> Profile:
    """The profile of a capture with the names and places of the head; its stacks are merged.

    `of_base`: paths and lines are those of the base, and are looked up through `diff`. `lines`: stacks that differ by
    the line that ran stay apart; else no frame has a line.
    """
    names = _Names(capture.root, diff, of_base)
    merged: dict[tuple[Frame, ...], list[float]] = {}
    for stack in capture.profile.stacks:
        frames = _program(list(map(names.of if lines else names.merged, stack.frames)))
        if frames and frames[-1].function in IDLE:
            continue
        sums = merged.setdefault(tuple(_without_repeats(frames)), [0.0] * len(stack.values))
        for at, value in enumerate(stack.values):
            sums[at] += value
    return replace(capture.profile, stacks=tuple(Stack(frames, tuple(sums)) for frames, sums in merged.items()))


def is_own(frame: Frame) -> bool:
    """True for code of the repository."""
    return bool(frame.file) and not frame.package


def qualified(frame: Frame) -> str:
    """The name of a function as people write it: with its module where the language has one."""
    if not frame.file.endswith(".py"):
        return f"{frame.package}.{frame.function}" if frame.package in ("builtins", "node") else frame.function
    module = frame.file.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
    return f"{module}.{frame.function}" if frame.function != MODULE else module


def without_lines(frame: Frame) -> Frame:
    """The function as such, whichever line of it ran."""
    return replace(frame, line=0, start=0)


class _Names:
    """The frames of one side by what the profiler called them."""

    def __init__(self, root: str, diff: Diff, of_base: bool) -> None:
        gone = {one.old for one in diff.files if one.old} if of_base and diff.paths else set()
        self._ground = Ground(root, diff.paths | gone)
        self._changes = {one.old: one for one in diff.files if one.old} if of_base else {}
        self._moves = moves_of(diff) if of_base else None
        self._known: dict[Frame, Frame] = {}
        self._merged: dict[Frame, Frame] = {}

    def of(self, frame: Frame) -> Frame:
        if frame not in self._known:
            self._known[frame] = self._frame(frame)
        return self._known[frame]

    def merged(self, frame: Frame) -> Frame:
        """The same without its lines."""
        if frame not in self._merged:
            self._merged[frame] = without_lines(self._frame(frame))
        return self._merged[frame]

    def _frame(self, frame: Frame) -> Frame:
        name, package = built_in(frame.function)
        file, foreign = self._ground.place(frame.file)
        package = package or foreign
        name, line, start = plain(name), frame.line, frame.start
        if not package and self._moves is not None:
            if (move := self._moves.of_base(file, name, line or start)) is not None:
                file, line, start = move.new, move.line(line), move.line(start)
            elif (change := self._changes.get(file)) is not None:
                file, line, start = change.new or file, change.line(line), change.line(start)
        if not name and file.endswith(_SCRIPTS) and frame.start == 1:
            name = MODULE  # V8 has no name for the code of a file itself
        return Frame(by_position(name, start or line) if file else name, file, line, start, package)


def _program(frames: list[Frame]) -> list[Frame]:
    """The frames from the program's own first one on."""
    first = next((at for at, one in enumerate(frames) if not _is_below(one)), len(frames))
    return frames[first:]


def _is_below(frame: Frame) -> bool:
    """True for what starts a program, or a tool in it."""
    return frame.package in _WRAPPERS or (not is_own(frame) and is_tools(frame.function))


def _without_repeats(frames: Sequence[Frame]) -> list[Frame]:
    """A function that calls itself is there once."""
    return [one for at, one in enumerate(frames) if not at or one != frames[at - 1]]
