"""Functions that a commit moves from one file to another, as far as its diff alone is evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from resonance_perf.model.diff import Diff, FileChange
from resonance_perf.profiles.names import alike, is_nameless

_DEFINITION = re.compile(
    r"(?P<indent>\s*)(?:(?:export|default|pub(?:\(\w+\))?|async|static|public|private|protected)\s+)*(?:"
    r"(?P<kind>class|def|func|function|fn)\b[\s*]*(?:\([^)]*\)\s*)?(?P<name>[\w$]+)"
    r"|(?:const|let|var)\s+(?P<bound>[\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>)"
    r"|(?!(?:if|for|while|switch|catch|with|return|function)\b)(?P<method>[\w$]+)\s*\([^)]*\)\s*\{)"
)
"""What names a function, or a class around some: in Python, JavaScript, Go and Rust."""
_CLOSING = (")", "}", "]")


@dataclass(frozen=True, slots=True)
class Move:
    """A function that stood in the lines `first` to `last` of the file `old`, and begins at line `there` of `new`.

    `whole`: the commit changed nothing else of it.
    """

    name: str
    old: str
    new: str
    first: int
    last: int
    there: int
    whole: bool

    def line(self, old: int) -> int:
        """Where a line of it is in the head, unless lines were added or removed above."""
        return old - self.first + self.there if old else 0


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    path: str
    first: int
    text: tuple[str, ...]


class Moves:
    """What a diff removes from one file only, and adds to one other file only.

    `all` are in the order of the diff; profilers say more or less of what is around a function, so that a name may be
    the one of several.
    """

    def __init__(self, diff: Diff) -> None:
        self._now = {one.old: one.new for one in diff.files if one.old}
        self._names = {one.new: _names(one.text) for one in diff.files if one.text}
        gone = _by_name(found for one in diff.files for found in _in_hunks(one, "-"))
        came = _by_name(found for one in diff.files for found in _in_hunks(one, "+"))
        pairs = ((gone[name], came[name]) for name in gone if name in came)
        self.all = tuple(
            _move(one, other)
            for (one, *more), (other, *others) in pairs
            if not more and not others and self._left(one) and self._now[one.path] != other.path
        )

    def by_files(self) -> dict[tuple[str, str], list[str]]:
        """The names of what moved, by (from, to)."""
        found: dict[tuple[str, str], list[str]] = {}
        for one in self.all:
            found.setdefault((one.old, one.new), []).append(one.name)
        return found

    def of_base(self, path: str, function: str, line: int) -> Move | None:
        """Where a function of the base is now; None where it was not moved, or may be one of several.

        A function without a name goes where the one goes that it stands in.
        """
        here = [one for one in self.all if one.old == path]
        if is_nameless(function):
            around = (one for one in here if one.first <= line <= one.last)
            return max(around, key=lambda one: one.first, default=None)
        return self._only([one for one in here if alike(one.name, function)], function)

    def of_head(self, path: str, function: str) -> Move | None:
        """The move that brought a function of the head there."""
        return self._only([one for one in self.all if one.new == path and alike(one.name, function)], function)

    def _only(self, these: list[Move], function: str) -> Move | None:
        """Functions that are called alike are one frame: all of them must have moved, and together."""
        if len({(one.old, one.new) for one in these}) != 1:
            return None
        there = [one for one in self._names.get(these[0].new, ()) if alike(one, function)]
        left = self._names.get(self._now[these[0].old], ())
        return these[0] if len(there) == len(these) and not any(alike(one, function) for one in left) else None

    def _left(self, one: _Definition) -> bool:
        """True when its file no longer defines it, and somebody looked."""
        now = self._now[one.path]
        return not now or one.name not in self._names.get(now, (one.name,))


@lru_cache(maxsize=2)
def moves_of(diff: Diff) -> Moves:
    """The same for every capture."""
    return Moves(diff)


def _move(one: _Definition, other: _Definition) -> Move:
    last = one.first + len(one.text) - 1
    return Move(one.name, one.path, other.path, one.first, last, other.first, whole=one.text == other.text)


def _by_name(definitions: Iterable[_Definition]) -> dict[str, list[_Definition]]:
    found: dict[str, list[_Definition]] = {}
    for one in definitions:
        found.setdefault(one.name, []).append(one)
    return found


def _in_hunks(change: FileChange, sign: str) -> Iterator[_Definition]:
    """The functions that begin in lines with this sign."""
    for hunk in change.hunks:
        path, first = (change.old, hunk.old_start) if sign == "-" else (change.new, hunk.new_start)
        yield from _functions(path, first, [line[1:] for line in hunk.lines if line.startswith(sign)])


def _functions(path: str, first: int, lines: list[str]) -> Iterator[_Definition]:
    """Each with the classes and functions around it, as far as these lines show them by their indentation."""
    around: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if (match := _DEFINITION.match(line)) is None:
            continue
        indent = len(match["indent"])
        around = [one for one in around if one[0] < indent]
        around.append((indent, match["name"] or match["bound"] or match["method"]))
        if match["kind"] != "class":
            yield _Definition(".".join(name for _, name in around), path, first + at, _body(lines[at:], indent))


def _body(lines: list[str], indent: int) -> tuple[str, ...]:
    """The lines up to the next that is indented as little as the first one, and closes nothing."""
    last = 1
    for end, line in enumerate(lines[1:], 2):
        bare = line.lstrip()
        if bare and len(line) - len(bare) <= indent and not bare.startswith(_CLOSING):
            break
        if bare:
            last = end
    return tuple(lines[:last])


def _names(text: str) -> list[str]:
    return [one.name for one in _functions("", 1, text.split("\n"))]
