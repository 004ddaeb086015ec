"""SQL text -> its statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from resonance_perf.model.errors import BenchmarkError

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\1\$ | --[^\n]* | /\*.*?\*/ | (;) | .""", re.S | re.X
)
"""Whatever may hold a semicolon that ends nothing, and the one that does."""

_COMMENT = re.compile(r"--|/\*(?!\+)")


def split(text: str) -> Iterator[str]:
    """The statements of a text, without the semicolons between them and the comments that are no hints."""
    words: list[str] = []
    for token in _TOKEN.finditer(text):
        if token[2]:
            yield "".join(words).strip()
            words.clear()
        else:
            words.append(" " if _COMMENT.match(token[0]) else token[0])
    yield "".join(words).strip()


def gathered(given: Iterable[str]) -> tuple[str, ...]:
    """Every statement; what ends in `.sql` is a file.

    Raises:
        BenchmarkError: when a file cannot be read.
    """
    return tuple(one for text in given for one in split(_read(text) if text.endswith(".sql") else text) if one)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise BenchmarkError(f"{path} cannot be read ({type(error).__name__})") from error
