"""Tables of plain values as `marshal` writes them, read without it: there, a file of a stranger may crash us.

Source: CPython, Python/marshal.c, versions 3 to 5. What a table of pstats does not hold is refused: code and other
objects, and tuples within tuples or long ones, of which references in a short file make endless work.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

_KEPT = 0x80
"""Of a type: later values may refer to this one."""
_END = b"0"
_LONGEST_TUPLE = 5
_DEEPEST = 2
"""A table, and tables in it."""
_DIGIT_BITS, _MOST_DIGITS = 15, 5
_SHORT, _LONG = struct.Struct("<B"), struct.Struct("<i")
_FLOAT = struct.Struct("<d")


def table(data: bytes) -> dict[Any, Any]:  # whatever such a table holds
    """The table in a file.

    Raises:
        ValueError: when it holds anything else, or ends too early.
    """
    found = _Reader(data).value(0)
    if not isinstance(found, dict):
        raise ValueError("it is no table")  # noqa: TRY004  # what is wrong is the file
    return found


class _Reader:
    """Reads one value after the other; `_known` are those that may be referred to."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._known: list[object] = []

    def value(self, depth: int) -> object:
        """The value that begins here."""
        kind = self._number(_SHORT)
        mark, kept = bytes((kind & ~_KEPT,)), kind & _KEPT
        if mark == b"r":
            return self._referred()
        place = len(self._known)
        if kept:  # a tuple comes before what it holds
            self._known.append(None)
        found = self._of_kind(mark, depth)
        if kept and not isinstance(found, dict):
            self._known[place] = found
        return found

    def _of_kind(self, mark: bytes, depth: int) -> object:
        match mark:
            case b"{":
                return self._table(depth)
            case b")":
                return self._tuple(self._number(_SHORT), depth)
            case b"(":
                return self._tuple(self._number(_LONG), depth)
        plain = _PLAIN.get(mark)
        if plain is None:
            raise ValueError(f"it holds something of the kind {mark!r}")
        return plain(self)

    def _table(self, depth: int) -> dict[Any, object]:
        if depth == _DEEPEST:
            raise ValueError("its tables are nested too deeply")
        found = {}
        while self._data[self._at : self._at + 1] != _END:
            key = self.value(_DEEPEST)
            found[key] = self.value(depth + 1)
        self._at += 1
        return found

    def _tuple(self, size: int, depth: int) -> tuple[object, ...]:
        if not 0 <= size <= _LONGEST_TUPLE:
            raise ValueError(f"it holds a tuple of {size}")
        found = tuple(self.value(depth) for _ in range(size))
        if any(isinstance(one, tuple) for one in found):
            raise ValueError("it holds a tuple in a tuple")
        return found

    def _referred(self) -> object:
        index = self._number(_LONG)
        if not 0 <= index < len(self._known) or self._known[index] is None:
            raise ValueError("it refers to nothing that can be referred to")
        return self._known[index]

    def text(self, size: struct.Struct) -> str:
        """A text whose length comes first."""
        return self._bytes(self._number(size)).decode("utf-8", "replace")

    def integer(self) -> int:
        """An integer of more than 32 bits."""
        count = self._number(_LONG)
        if abs(count) > _MOST_DIGITS:
            raise ValueError("it holds a number that counts nothing")
        digits = struct.unpack(f"<{abs(count)}H", self._bytes(2 * abs(count)))
        whole: int = sum(digit << (_DIGIT_BITS * place) for place, digit in enumerate(digits))
        return whole if count > 0 else -whole

    def _number(self, kind: struct.Struct) -> int:
        return int(kind.unpack(self._bytes(kind.size))[0])

    def real(self) -> float:
        """A number with a fraction."""
        return float(_FLOAT.unpack(self._bytes(_FLOAT.size))[0])

    def small(self) -> int:
        """An integer of 32 bits."""
        return self._number(_LONG)

    def _bytes(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count] if count >= 0 else b""
        if len(found) != count:
            raise ValueError("it ends too early")
        self._at += count
        return found


_PLAIN: dict[bytes, Callable[[_Reader], object]] = {
    b"i": _Reader.small, b"l": _Reader.integer, b"g": _Reader.real,
    **{mark: lambda one: one.text(_LONG) for mark in (b"u", b"t", b"a", b"A")},
    **{mark: lambda one: one.text(_SHORT) for mark in (b"z", b"Z")},
}  # fmt: skip
"""How a value without parts is read, by its type."""
