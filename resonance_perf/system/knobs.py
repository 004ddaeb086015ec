"""The small files in which a kernel tells of itself. What is missing or forbidden is nothing, never an error."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

_MOST = 1 << 16


@dataclass(frozen=True, slots=True)
class Knobs:
    """Reads below `root`, so that tests can make up a machine. Paths are written without a leading slash."""

    root: str = "/"

    def text(self, path: str, most: int = _MOST) -> str:
        """The beginning of a file, stripped; nothing when it cannot be read."""
        try:
            with open(os.path.join(self.root, path), "rb", buffering=0) as file:
                return file.read(most).decode("utf-8", "replace").replace("\0", " ").strip()
        except OSError:
            return ""

    def number(self, path: str) -> int | None:
        """The whole number that a file holds, or None."""
        text = self.text(path)
        return int(text) if re.fullmatch(r"-?\d+", text, re.ASCII) else None

    def fields(self, path: str, most: int = _MOST) -> dict[str, str]:
        """The lines `name : value` of a file, or `name value`; the first of each name counts."""
        found: dict[str, str] = {}
        for line in self.text(path, most).splitlines():
            name, sign, value = line.partition(":")
            if not sign:
                name, _, value = line.partition(" ")
            found.setdefault(name.strip(), value.strip())
        return found

    def names(self, path: str) -> tuple[str, ...]:
        """What is in a folder, sorted; nothing when it cannot be read."""
        try:
            return tuple(sorted(os.listdir(os.path.join(self.root, path))))
        except OSError:
            return ()

    def exists(self, path: str) -> bool:
        """True when there is such a file or folder."""
        return os.path.exists(os.path.join(self.root, path))


def cores(listed: str) -> tuple[int, ...]:
    """The numbers in a list of cores such as `0-2,5`; nothing when it is none."""
    found: set[int] = set()
    for part in listed.replace(" ", "").split(","):
        if match := re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", part, re.ASCII):
            found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(sorted(found))
