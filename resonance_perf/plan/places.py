"""Where a changed path lies, and which folders are worth watching."""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from typing import Literal

from resonance_perf.plan.ignore import Ignore

Kind = Literal["tree", "state", "git", "spool"]

STATE_FILES = frozenset({"00_soul.md", "01_state.md", "02_memory.md"})
_GIT_FILES = frozenset({"HEAD", "packed-refs", "logs/HEAD", "reftable/tables.list"})
_GIT_FOLDERS = frozenset({"", "logs", "refs", "refs/heads", "reftable", "resonance", "resonance/spool"})


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute, real paths of the work tree, its git folder and the folder that linked work trees share."""

    root: str
    git_dir: str
    common_dir: str
    ignore: Ignore

    def sort(self, path: str) -> tuple[Kind, str] | None:
        """What a change of `path` is about, and the path relative to the place; None when it is nobody's business.

        `git` means that the branch may have moved, `spool` that a hook ran.
        """
        for folder in (self.git_dir, self.common_dir):
            inside = _below(path, folder)
            if inside is not None:
                kind = _git_kind(inside)
                return None if kind is None else (kind, inside)
        inside = _below(path, self.root)
        if not inside or self.ignore.ignores(inside):
            return None
        return ("state" if os.path.basename(inside) in STATE_FILES else "tree"), inside

    def wanted(self, folder: str) -> bool:
        """True when a change in the folder itself or below it can matter."""
        for place in (self.git_dir, self.common_dir):
            inside = _below(folder, place)
            if inside is not None:
                return inside in _GIT_FOLDERS or inside.startswith("refs/heads/")
        inside = _below(folder, self.root)
        return inside is not None and not self.ignore.ignores_folder(inside)


def _below(path: str, folder: str) -> str | None:
    """`path` relative to `folder` (empty: the folder itself), or None when it lies elsewhere."""
    if not path.startswith(folder):
        return None
    rest = path[len(folder) :]
    return None if rest and rest[0] != "/" else rest[1:]


def _git_kind(path: str) -> Literal["git", "spool"] | None:
    if path in _GIT_FILES:
        return "git"
    if path.startswith("refs/heads/") and not path.endswith(".lock"):
        return "git"
    return "spool" if path == "resonance/spool/hooks" else None
