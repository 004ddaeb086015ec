"""What a fence holds: values with the offsets of their first character and after their last one."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableError(ValueError):
    """Text that is not what it should be, where, and what to do."""

    def __init__(self, message: str, at: int, hint: str) -> None:
        super().__init__(message)
        self.message, self.at, self.hint = message, at, hint


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `quote` is how it is written: `"`, `'`, `|`, `>`, or nothing."""

    text: str
    start: int
    end: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    start: int
    end: int
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, every key once. `braces`: written as `{...}`."""

    entries: tuple[tuple[Scalar, Node], ...]
    start: int
    end: int
    braces: bool

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Scalar | Items | Mapping

MAX_DEPTH = 32


def mapping(pairs: list[tuple[Scalar, Node]], start: int, end: int, *, braces: bool) -> Mapping:
    """A mapping of these pairs.

    Raises:
        UnreadableError: when a key stands twice.
    """
    seen: set[str] = set()
    for key, _ in pairs:
        if key.text in seen:
            raise UnreadableError(f'"{key.text}" stands twice', key.start, "Remove one of the two.")
        seen.add(key.text)
    return Mapping(tuple(pairs), start, end, braces)
