"""Globs on paths of the repository, as `.gitignore` reads them; written once for all who match paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest

_WILD = re.compile(r"[*?\[\\]")
_TOKEN = re.compile(r"\*+|\?|\[[!^]?.[^]]*]|\\?.", re.DOTALL)
"""A run of stars, any character, a class (whose first character may be `]`), an escaped or a plain character."""


def matches(path: str, glob: str) -> bool:
    """True when `path` (relative to the root, with `/`) matches `glob`.

    `*` and `?` stay within a name, `**` crosses folders, `[a-z]` and `[!a-z]` are one character, `\\` takes the next
    one literally. A glob without `/` (but at its end) matches at any depth, one with `/` counts from the root. `dir/`
    is everything below `dir`; a glob without any wildcard is the file itself, or everything below that folder.
    """
    return _compiled(glob, True).fullmatch(path) is not None


def matches_any(path: str, globs: Iterable[str]) -> bool:
    """True when the last of `globs` that matches `path` is not one with a leading `!`.

    A list that begins with `!` begins with everything: `["!docs/**"]` is all but the documentation.
    """
    chosen = tuple(globs)
    said = verdict(path, chosen)
    return said if said is not None else chosen[:1] != () and chosen[0].startswith("!")


def verdict(path: str, globs: tuple[str, ...], *, below: bool = True) -> bool | None:
    """True or False as the last matching glob says (`!`: False), None when none matches.

    With `below=False` a glob without wildcards is that name alone, for callers that look at each folder themselves.
    """
    for positive, pattern in reversed(_runs(globs, below)):
        if pattern.fullmatch(path):
            return positive
    return None


@lru_cache(maxsize=256)
def _runs(globs: tuple[str, ...], below: bool) -> tuple[tuple[bool, re.Pattern[str]], ...]:
    """Neighbours of the same sign as one pattern: a path is matched once per run, not once per glob."""
    runs: list[tuple[bool, list[str]]] = []
    for glob in globs:
        positive = not glob.startswith("!")
        source = _compiled(glob if positive else glob[1:], below).pattern
        if runs and runs[-1][0] == positive:
            runs[-1][1].append(source)
        else:
            runs.append((positive, [source]))
    return tuple((positive, re.compile("|".join(sources), re.DOTALL)) for positive, sources in runs)


@lru_cache(maxsize=1024)
def _compiled(glob: str, below: bool) -> re.Pattern[str]:
    anchored = "/" in glob.rstrip("/")
    body = glob.removeprefix("./").strip("/")
    source = "" if anchored else "(?:.*/)?"
    parts = [part for part, after in zip_longest(body.split("/"), body.split("/")[1:]) if (part, after) != ("**", "**")]
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "**":
            source += ".+" if last else "(?:.*/)?"
        else:
            source += _name(part) + ("" if last else "/")
    if glob.endswith("/"):
        source += "/.+"
    elif below and not _WILD.search(body):
        source += "(?:/.+)?"
    return re.compile(source, re.DOTALL)


def _name(part: str) -> str:
    """The pattern of one name between slashes."""
    return _TOKEN.sub(_token, part)


def _token(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == "*":
        return "[^/]*"  # also for `a**b`: within a name `**` is `*`, as git has it
    if text == "?":
        return "[^/]"
    if text[0] == "[" and len(text) > 1:
        return _class(text[1:-1]) or re.escape(text)
    return re.escape(text[1:] if text[0] == "\\" and len(text) > 1 else text)


def _class(inside: str) -> str | None:
    """One character out of a class; None when it is none (a range that runs backwards)."""
    negated = inside[0] in "!^"
    letters = re.sub(r"[][\\&~|^]", r"\\\g<0>", inside[negated:])
    letters = re.sub(r"^-|-$|(?<=-)-|-(?=-)", r"\\-", letters)
    source = f"[{'^/' if negated else ''}{letters}]"
    try:
        re.compile(source)
    except re.error:
        return None
    return source
