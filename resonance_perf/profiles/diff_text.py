"""What `git diff -U0 -M` prints → `FileChange`s."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from resonance_perf.model.diff import FileChange, Hunk

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_KEYS = ("diff --git ", "--- ", "+++ ", "rename from ", "rename to ", "new file mode ", "deleted file mode ")
_QUOTED = re.compile(r'\\(?:([0-7]{3})|(["\\abfnrtv]))')
_LETTERS = dict(zip('"\\abfnrtv', '"\\\a\b\f\n\r\t\v', strict=True))


def parse_diff(text: str) -> tuple[FileChange, ...]:
    """Every file that differs, in git's order; binary ones and mere renames have no hunks."""
    return tuple(_file(block) for block in _blocks(text.split("\n"), "diff --git "))


def _blocks(lines: list[str], begins: str) -> Iterator[list[str]]:
    """The lines from each that begins so up to the next; within a hunk every line has its sign before it."""
    starts = [at for at, line in enumerate(lines) if line.startswith(begins)]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def _file(block: list[str]) -> FileChange:
    old, new = _names(block)
    return FileChange(old, new, tuple(_hunk(one) for one in _blocks(block, "@@ ")))


def _names(block: list[str]) -> tuple[str, str]:
    """The paths before and after, as far down as the first hunk."""
    first = next((at for at, line in enumerate(block) if line.startswith("@@ ")), len(block))
    told = {key: line[len(key) :] for line in block[:first] for key in _KEYS if line.startswith(key)}
    if "--- " in told:
        return _path(told["--- "]), _path(told["+++ "])
    if "rename from " in told:
        return _unquoted(told["rename from "]), _unquoted(told["rename to "])
    name = _same(told["diff --git "])
    return "" if "new file mode " in told else name, "" if "deleted file mode " in told else name


def _path(text: str) -> str:
    """The path of a `---` or `+++` line; one with a space in it has a tab behind."""
    name = _unquoted(text.removesuffix("\t"))
    return "" if name == "/dev/null" else name[2:]


def _same(text: str) -> str:
    """The path of which `a/PATH b/PATH` tells twice."""
    if text.startswith('"'):
        return _unquoted(text[: len(text) // 2])[2:]
    return text[2 : (len(text) - 1) // 2]


def _unquoted(text: str) -> str:
    """A name as it is: git quotes those with a control character, a quote or a backslash, as C does."""
    if not (len(text) > 1 and text[0] == text[-1] == '"'):
        return text

    def bytes_of(match: re.Match[str]) -> str:
        return chr(int(match[1], 8)) if match[1] else _LETTERS[match[2]]

    plain = _QUOTED.sub(bytes_of, text[1:-1])
    return (
        plain if any(ord(char) > 255 for char in plain) else plain.encode("latin-1").decode("utf-8", "surrogateescape")
    )


def _hunk(block: list[str]) -> Hunk:
    match = _HUNK.match(block[0])
    assert match is not None, block[0]
    old, old_count, new, new_count = (1 if one is None else int(one) for one in match.groups())
    return Hunk(old, old_count, new, new_count, tuple(line for line in block[1:] if line[:1] in ("-", "+")))
