"""Globs of paths, as configs write them: `shop/**`, `*.py`, `!web/vendor/**`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches_any(path: str, globs: Iterable[str]) -> bool:
    """True when the path (relative to the root, with `/`) matches a glob; the last glob that matches decides, and
    one with a leading `!` says no."""
    found = False
    for glob in globs:
        if matches(path, glob.removeprefix("!")):
            found = not glob.startswith("!")
    return found


def matches(path: str, glob: str) -> bool:
    """True when the glob matches the whole path, or a folder above it.

    `*` and `?` stop at `/`, `**` does not; `a/**/b` also matches `a/b`. A glob without `/` matches at any depth, any
    other from the root.
    """
    return _compiled(glob).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    body = glob.removeprefix("./").lstrip("/").rstrip("/")
    anchored = "/" in glob.rstrip("/")
    return re.compile(("" if anchored else "(?:.*/)?") + _translated(body) + "(?:/.*)?", re.DOTALL)


def _translated(glob: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:[^/]+/)*")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        elif glob[at] == "*":
            parts.append("[^/]*")
            at += 1
        elif glob[at] == "?":
            parts.append("[^/]")
            at += 1
        elif glob[at] == "[" and (close := glob.find("]", at + 2)) > 0:
            inside = glob[at + 1 : close].replace("\\", r"\\")
            inside = "^" + inside[1:] if inside[0] in "!^" else inside
            parts.append(f"[{inside}]")
            at = close + 1
        else:
            parts.append(re.escape(glob[at]))
            at += 1
    return "".join(parts)
