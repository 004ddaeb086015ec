"""What a finder returns, and the few things that all finders need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, join

Files = Mapping[str, str | None]
"""Paths relative to the repository root -> their text, None where it was not read."""

KEY = "{key}"
MOST = 8
"""So many benchmarks of one tool are proposed by name; a project with more chooses itself."""
_FOREIGN = {"node_modules", "bower_components", "vendor", "third_party", "site-packages", "venv", "target"}


@dataclass(frozen=True, slots=True)
class Found:
    """A benchmark that may be proposed: `keys` are the lines of its entry below its name, not indented.

    KEY in them becomes the name, as a budget's key may be written. `countable`: its instructions can be counted, too,
    which they cannot where a program of Node or Go does the work.
    """

    name: str
    driver: str
    why: str
    keys: tuple[str, ...]
    countable: bool = False


def command(
    name: str, why: str, words: Sequence[str], *, setup: Sequence[str] = (), note: str = "", countable: bool = False
) -> Found:
    """A benchmark of the command driver. `note` is a comment above its command."""
    keys = ["driver: command"]
    keys += [f"setup: {flow(setup)}"] if setup else []
    keys += [f"# {note}"] if note else []
    keys += [f"command: {flow(words)}", "timeout: 10min", "metrics:", "  wall: {}", f"  cpu: {{budget: {KEY}_cpu}}"]
    return Found(name, "command", why, tuple(keys), countable)


def flow(words: Sequence[str]) -> str:
    """The words as a YAML list on one line."""
    return json.dumps(list(words), ensure_ascii=False)


def own(path: str) -> bool:
    """True for a path that the project itself wrote: not a dependency's and not hidden."""
    return not any(part in _FOREIGN or (part.startswith(".") and part != ".") for part in path.split("/")[:-1])


def texts(files: Files, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """(path, text) of the project's files whose path matches and whose text was read, outermost first."""
    for path in sorted(files, key=lambda path: (path.count("/"), path)):
        text = files[path]
        if text is not None and own(path) and pattern.search(path):
            yield path, text


def slug(*parts: str) -> str:
    """A benchmark name of the parts."""
    words = (re.sub(r"[^A-Za-z0-9_]+", "-", part).strip("-_") for part in parts)
    return "-".join(word for word in words if word)[:80].rstrip("-_") or "benchmark"


def line_of(text: str, offset: int) -> int:
    """The line (from 1) of a character."""
    return text.count("\n", 0, offset) + 1


def nearest(files: Files, folder: str, names: Sequence[str]) -> tuple[str, str] | None:
    """(folder, name) of the first of `names` in `folder` or in the nearest folder above it."""
    while True:
        for name in names:
            if join(folder, name) in files:
                return folder, name
        if not folder:
            return None
        folder = dirname(folder)


def folder_name(path: str) -> str:
    """The name of the folder that holds `path`; empty at the root."""
    return basename(dirname(path))
