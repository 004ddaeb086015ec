"""Readers of plain values: a node -> text, flag, number, duration, size, rate, share, list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TypeVar

from resonance_perf.config.nodes import Items, Mapping, Node, Scalar, shown
from resonance_perf.model.errors import Location
from resonance_perf.model.quantity import parse_quantity

T = TypeVar("T")
Choice = TypeVar("Choice", bound=str)

_WEEK_S = 7 * 24 * 3600.0
"""The longest duration: beyond it system calls overflow, and nobody waits."""
_QUOTE = "Quote it: "


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, as the rest of a sentence that begins with its key: "must be …"."""

    what: str
    location: Location
    hint: str


class WrongValueError(Exception):
    """A value cannot be used. Never leaves this package: `Section.get` makes problems of the faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__("a wrong value")
        self.faults = tuple(faults)


def wrong(node: Node, what: str, hint: str) -> WrongValueError:
    """The error for one fault of `node`."""
    return WrongValueError([Fault(what, node.location, hint)])


def described(node: Node) -> str:
    """How a complaint calls the value: `the number 5`, `a list`."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.kind == "nothing":
        return "nothing"
    if node.kind == "text":
        return f'the text "{shown(node.text)}"'
    return f"the number {shown(node.text)}" if node.kind == "number" else shown(node.text)


def text(node: Node) -> str:
    """Text that is not empty. Numbers and flags are refused: `1.10` would lose its zero."""
    value = any_text(node)
    if not value.strip():
        raise wrong(node, "is empty", "Give it a value, or remove the line.")
    return value


def any_text(node: Node) -> str:
    """Text that a program or a file name can hold; may be empty."""
    if isinstance(node, Mapping) and node.braces and len(node.entries) == 1:
        key, value = node.entries[0]
        if isinstance(value, Scalar) and not value.text:
            raise wrong(node, "must be text, not a mapping", f'{_QUOTE}"{{{shown(key.text)}}}".')
    if not isinstance(node, Scalar):
        raise wrong(node, f"must be text, not {described(node)}", "Write one value.")
    if node.kind == "nothing":
        raise wrong(node, "must be text, not nothing", 'Write "" for an empty text.')
    if node.kind != "text":
        raise wrong(node, f"must be text, not {described(node)}", f'{_QUOTE}"{shown(node.text)}".')
    if "\0" in node.text or any("\ud800" <= one <= "\udfff" for one in node.text):
        raise wrong(node, "contains a character that no file or command can hold", "Remove it.")
    return node.text


def boolean(node: Node) -> bool:
    """`true` or `false`; `yes`, `on` and 1 are refused."""
    if isinstance(node, Scalar) and node.kind == "boolean":
        return node.text.lower() == "true"
    raise wrong(node, f"must be a flag, not {described(node)}", "Write true or false.")


def whole_to(most: int) -> Callable[[Node], int]:
    """A reader for a whole number from 1 to `most`."""

    def read(node: Node) -> int:
        if isinstance(node, Scalar) and node.kind == "number":
            digits = node.text.removeprefix("+")
            if digits.isascii() and digits.isdigit() and len(digits) < 8 and 1 <= int(digits) <= most:
                return int(digits)
        raise wrong(node, f"must be a whole number, not {described(node)}", f"Write one from 1 to {most}.")

    return read


whole = whole_to(1_000_000)
"""A whole number from 1 to a million."""


def one_of(choices: tuple[Choice, ...]) -> Callable[[Node], Choice]:
    """A reader for one of a few words."""

    def read(node: Node) -> Choice:
        if isinstance(node, Scalar) and node.text in choices:
            return choices[choices.index(node.text)]
        raise wrong(node, f"must be a word that is known here, not {described(node)}", f"Write {' or '.join(choices)}.")

    return read


def duration_s(node: Node) -> float:
    """`500ms`, `5s`, `2min` -> seconds; more than none, at most a week."""
    return _duration(node, zero=False)


def duration_or_none_s(node: Node) -> float:
    """Like `duration_s`, but `0s` is allowed."""
    return _duration(node, zero=True)


def _duration(node: Node, *, zero: bool) -> float:
    seconds = _quantity(node, "time", "a duration", "5s") / 1000.0
    if 0 < seconds <= _WEEK_S or (zero and seconds == 0):
        return seconds
    least = "0s" if zero else "1ms"
    raise wrong(node, f"must be a usable duration, not {described(node)}", f"Write one between {least} and 168h.")


def size_bytes(node: Node) -> int:
    """`2GB`, `512MiB` -> bytes; at least 1 MB, because it bounds the memory of a process."""
    size = _quantity(node, "size", "a size", "2GB")
    if 1e6 <= size <= 1e15:
        return int(size)
    raise wrong(node, f"must be between 1MB and 1000000GB, not {described(node)}", "No program starts in less.")


def rate(node: Node) -> float:
    """`100/s`, `500 req/s`, `90/min` or a plain number -> requests per second."""
    plain = isinstance(node, Scalar) and node.kind == "number"
    per_second = _quantity(node, "number" if plain else "rate", "a rate", "100/s")
    if 0 < per_second <= 1e6:
        return per_second
    raise wrong(node, f"must be more than 0/s, not {described(node)}", "Write one up to 1000000/s.")


def share(node: Node) -> float:
    """`5%` -> 0.05; from 0 % to less than 100 %."""
    percent = _quantity(node, "share", "a percentage", "5%")
    if 0 <= percent < 100:
        return percent / 100.0
    raise wrong(node, f"must be a percentage below 100%, not {described(node)}", "Write it as 5%.")


def _quantity(node: Node, dimension: str, noun: str, example: str) -> float:
    needed = f"must be {noun}, not {described(node)}"
    if not isinstance(node, Scalar) or node.kind not in ("text", "number"):
        raise wrong(node, needed, f"Write it as {example}.")
    try:
        quantity = parse_quantity(node.text)
    except ValueError:
        raise wrong(node, needed, f"Write it as {example}.") from None
    if quantity.unit.dimension == "number" != dimension:
        raise wrong(node, f"must be {noun} with its unit, not {described(node)}", f"Write it as {example}.")
    if quantity.unit.dimension != dimension or not isfinite(quantity.base):
        raise wrong(node, needed, f"Write it as {example}.")
    return quantity.base


def list_of(read: Callable[[Node], T], example: str) -> Callable[[Node], tuple[T, ...]]:
    """A reader for a list; every wrong item is a fault of its own."""

    def read_all(node: Node) -> tuple[T, ...]:
        if not isinstance(node, Items):
            raise wrong(node, f"must be a list, not {described(node)}", f"Write it as {example}.")
        values: list[T] = []
        faults: list[Fault] = []
        for item in node.nodes:
            try:
                values.append(read(item))
            except WrongValueError as error:
                faults += [Fault(f"has an item that {one.what}", one.location, one.hint) for one in error.faults]
        if faults:
            raise WrongValueError(faults)
        return tuple(values)

    return read_all
