"""What the YAML library complains of, said for a person who edits a config."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from resonance_perf.model.errors import Location, Problem

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

_TAB = re.compile(r" *(?=\t)")
_NEWLINE = re.compile(r"\r\n?|\n")

_QUOTE_IT = "Quote the value."
_PLAINER = (
    ("mapping values are not allowed", False, 'a ":" where none may stand',
     'Quote the value if it contains ": ", and check that the line begins in the column of its neighbours.'),
    ("could not find expected ':'", True, 'a key without a ":"', 'Write it as "key: value".'),
    ("expected <block end>", False, "the line begins in another column than its neighbours",
     "Give all keys of one mapping the same indentation."),
    ("expected ',' or ']'", True, 'a list "[...]" that does not end',
     'Put a "," between its values and a "]" at its end.'),
    ("expected ',' or '}'", True, 'a mapping "{...}" that does not end',
     'Put a "," between its entries and a "}" at its end.'),
    ("unexpected end of stream", True, "a quoted text that does not end", "Close it with the quote it began with."),
    ("that cannot start any token", False, "a value begins with a character that YAML reserves", _QUOTE_IT),
    ("scanning an tag", True, 'a value begins with "!", which YAML reserves', _QUOTE_IT),
    ("scanning a tag", True, 'a value begins with "!", which YAML reserves', _QUOTE_IT),
    ("scanning an alias", True, 'a value begins with "*", which YAML reserves', _QUOTE_IT),
    ("scanning a block scalar", True, 'a value begins with "|" or ">", which YAML reserves', _QUOTE_IT),
    ("expected '<document start>'", False, "this does not belong to what is above it",
     "Begin it in the column of its neighbours."),
    ("expected the node content", False, "a value is missing here", 'Write one, or "" for an empty text.'),
    ("scanning an anchor", True, 'a value begins with "&", which YAML reserves', _QUOTE_IT),
)  # fmt: skip
"""A part of what the library says, whether it means where the thing began, what to say, what to do."""


def syntax_problem(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """The one problem of a text that is not YAML, where the library stumbled (or at the tab that tripped it)."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = _NEWLINE.split(text)
    tab = _TAB.match(lines[line]) if line < len(lines) else None
    if tab:
        hint = "YAML allows spaces only: replace the tab with two spaces."
        return Problem("a tab in the indentation", Location(file, line + 1, tab.end() + 1), hint)
    said = " ".join(f"{error.context or ''} {error.problem or ''}".split()) or "no more is known"
    for sign, at_beginning, message, hint in _PLAINER:
        if sign in said:
            if at_beginning and error.context_mark is not None:
                line, column = error.context_mark.line, error.context_mark.column
            return Problem(message, Location(file, line + 1, column + 1), hint)
    printable = "".join(one for one in said if one.isprintable())
    hint = "Check the quotes and the indentation of this line and the one above it."
    return Problem(f"this is not YAML ({printable})", Location(file, line + 1, column + 1), hint)


def unreadable(error: ReaderError, text: str, file: str) -> Problem:
    """A character that YAML does not allow anywhere."""
    before = _NEWLINE.split(text[: error.position])
    hint = "Remove it, or save the file as UTF-8 text."
    where = Location(file, len(before), len(before[-1]) + 1)
    return Problem(f"the character U+{ord(text[error.position]):04X} may not stand in a config", where, hint)
