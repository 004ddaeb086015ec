"""Patterns of metric ids and of branches: `*` is any text, also with dots and slashes, `?` is one character.

None of the two may stand in a benchmark's name or in a branch's, so that a pattern is never mistaken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WILD = re.compile(r"[*?]+")
_MANY, _ONE = "\0", "\1"
"""Stand for the wildcards of the narrower pattern while the wider one is held against it."""


def is_pattern(text: str) -> bool:
    """True when `text` may stand for more than one name."""
    return _WILD.search(text) is not None


def matches(pattern: str, name: str) -> bool:
    """True when the whole of `name` fits."""
    return _compiled(pattern).fullmatch(name) is not None


def matches_any(patterns: Iterable[str], name: str) -> bool:
    """True when one of the patterns fits."""
    return any(matches(one, name) for one in patterns)


def covers(wide: str, narrow: str) -> bool:
    """True when everything that `narrow` fits is certain to fit `wide`; False also where that is not plain to see."""
    return matches(wide, narrow.replace("*", _MANY).replace("?", _ONE))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if one == "*" else f"[^{_MANY}]" if one == "?" else re.escape(one) for one in pattern)
    return re.compile("".join(parts), re.DOTALL)
