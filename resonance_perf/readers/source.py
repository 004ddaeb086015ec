"""Bytes to values, with a limit: no file may fill the memory."""

from __future__ import annotations

import json
from typing import IO, Any
from xml.parsers.expat import XMLParserType

from resonance_perf.model.errors import BadFileError, Location, Problem

MOST_BYTES = 256_000_000
"""A file that is read whole may be so large; larger ones are for readers that go line by line."""


def whole(source: IO[bytes], name: str) -> bytes:
    """All bytes.

    Raises:
        BadFileError: when there are more than 256 MB.
    """
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise bad(name, f"this has more than {MOST_BYTES // 1_000_000} MB", "Let the tool write its summary instead.")
    return data


def text(source: IO[bytes], name: str) -> str:
    """All text; bytes that are not UTF-8 become U+FFFD, because labels are only shown."""
    return whole(source, name).decode("utf-8-sig", "replace")


def document(source: IO[bytes], name: str, *, constants: bool = False) -> Any:  # whatever JSON holds
    """The JSON value. NaN and Infinity are no measurements: refused, or None where a tool writes such `constants`.

    Raises:
        BadFileError: names the place where it is not JSON.
    """
    found = text(source, name)
    try:
        return json.loads(found, parse_constant=_nothing if constants else _refuse)
    except json.JSONDecodeError as error:
        raise bad(name, f"this is not JSON ({error.msg})", "Was it cut off?", error.lineno, error.colno) from error
    except RecursionError as error:
        raise bad(name, "this is nested too deeply", "No tool writes that.") from error


def bad(name: str, message: str, hint: str, line: int | None = None, column: int | None = None) -> BadFileError:
    """The error for a file that cannot be used."""
    return BadFileError([Problem(message, Location(name, line, column), hint)])


def refuse_entities(parser: XMLParserType) -> None:
    """Let a document that declares entities be refused: a short one can stand for gigabytes."""
    parser.EntityDeclHandler = _refuse_entity


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares entities, which no tool does")


def _nothing(constant: str) -> None:  # noqa: ARG001  # as json calls it
    return None


def _refuse(constant: str) -> float:
    raise ValueError(f"it holds {constant} where a number should be")
