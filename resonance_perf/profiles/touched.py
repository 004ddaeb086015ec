"""Which piece of a commit is in a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from resonance_perf.model.diff import Diff, Hunk
from resonance_perf.model.profile import Frame
from resonance_perf.profiles.moves import moves_of
from resonance_perf.profiles.names import MODULE

_INNER = re.compile(r"\.?(?:<\w+>|func)(?::\d+)?$")
"""A function without a name within one that has a name."""
_PLACE = re.compile(r":(\d+)$")
_FAR = 200
"""So many lines above the line that ran a function's name is looked for, in languages that have braces."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The lines of a function, from its first decorator to its end."""

    name: str
    first: int
    last: int


def touching(frame: Frame, diff: Diff) -> Hunk | None:
    """The piece of the commit that is in the function `frame`, nearest to the line that ran; None where none is, also
    when the commit only moved the function."""
    change = diff.of_new(frame.file)
    if change is None or frame.package:
        return None
    move = moves_of(diff).of_head(frame.file, frame.function)
    if move is not None and move.whole:
        return None
    if not change.old:
        return change.hunks[0] if change.hunks else None  # the whole file is new
    here = [one for one in change.hunks if _is_in(one, frame, change.text)]
    line = frame.line or frame.start
    return min(here, key=lambda one: abs(one.new_start - line), default=None)


def holds(hunk: Hunk, line: int) -> bool:
    """True when the line of the head is one that the commit wrote."""
    return hunk.new_start <= line < hunk.new_start + hunk.new_count


def first_line(frame: Frame, text: str) -> int:
    """Where a function begins in the text of its file; 0 where that cannot be told."""
    return min((one.first for one in _extents(frame, text)), default=0)


def _is_in(hunk: Hunk, frame: Frame, text: str) -> bool:
    first, last = hunk.new_start, hunk.new_start + max(hunk.new_count, 1) - 1
    if frame.function == MODULE and frame.file.endswith(".py"):
        return not any(one.first <= first and last <= one.last for one in python_functions(text))
    return any(one.first <= last and first <= one.last for one in _extents(frame, text))


def _extents(frame: Frame, text: str) -> list[Extent]:
    """Where the function is; more than one place where its name alone does not tell."""
    named = _INNER.sub("", frame.function)
    if not named:
        match = _PLACE.search(frame.function)
        line = int(match[1]) if match else frame.start or frame.line
        return [Extent(frame.function, line, line)] if line else []
    if not frame.file.endswith(".py"):
        first = frame.start or _found_above(named, frame.line, text)
        return [_braced(named, first, text)] if first else []
    alike = [one for one in python_functions(text) if one.name == named or one.name.endswith("." + named)]
    line = frame.line or frame.start
    return [one for one in alike if one.first <= line <= one.last] or alike


def python_functions(text: str) -> list[Extent]:
    """The functions in a file of Python, those within others included."""
    try:
        return list(_functions(ast.parse(text), ""))
    except (SyntaxError, ValueError, RecursionError):  # of another version of Python, or of none
        return []


def _functions(node: ast.AST, within: str) -> Iterator[Extent]:
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{within}.{child.name}".lstrip(".")
            if not isinstance(child, ast.ClassDef):
                first = min([child.lineno, *(one.lineno for one in child.decorator_list)])
                yield Extent(name, first, child.end_lineno or first)
        yield from _functions(child, name)


def _found_above(name: str, line: int, text: str) -> int:
    """The nearest line above the one that ran which says the function's name before a bracket."""
    bare = re.compile(rf"\b{re.escape(re.split(r'[.:]', name)[-1])}\b\s*[(=:<]")
    lines = text.split("\n")
    near = range(min(line, len(lines)), max(0, line - _FAR), -1)
    return next((at for at in near if bare.search(lines[at - 1])), 0)


def _braced(name: str, first: int, text: str) -> Extent:
    """From the first line to the brace that closes what is opened there."""
    depth, opened = 0, False
    lines = text.split("\n")
    for at in range(first, len(lines) + 1):
        for char in lines[at - 1]:
            depth += (char == "{") - (char == "}")
            opened |= char == "{"
        if opened and depth <= 0:
            return Extent(name, first, at)
        if not opened and at >= first + 2:
            break
    return Extent(name, first, len(lines) if opened else first)
