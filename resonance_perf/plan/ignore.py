"""Which paths never wake the daemon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from resonance_perf.plan.globs import verdict

GENERATED = (
    ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox", ".nox", ".eggs", "*.egg-info",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".gradle", ".next", "*.py[co]",
)  # fmt: skip
"""What tools write beside the sources."""
EDITORS = (
    "4913",
    "*.sw[a-p]",
    "*.sw[px]x",
    "*~",
    ".#*",
    "#*#",
    "*.tmp",
    ".*.kate-swp",
    "*___jb_???___",
    ".DS_Store",
    ".*.resonance-perf",
)
"""What editors write while they save: vim (4913 is its test for a writable folder), emacs, JetBrains, and ours."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """Rules by which a path of the work tree (relative to its root, with `/`) is left out; printable as they are.

    `globs` are matched as in `.gitignore`: the last that matches counts, `!` takes back, and what lies in an ignored
    folder is ignored. `folders` are those that git ignores; a glob of the config after it can take one back. Nothing
    of this hides the state folder `keep`, which people edit, except the temporary files of editors.
    """

    globs: tuple[str, ...]
    config_globs: tuple[str, ...] = ()
    folders: frozenset[str] = frozenset()
    keep: str = ".resonance"

    @classmethod
    def of(
        cls,
        globs: tuple[str, ...] = (),
        folders: tuple[str, ...] = (),
        *,
        gitignore: str = "",
        keep: str = ".resonance",
    ) -> Ignore:
        """The rules from `watch.ignore`, the folders that git ignores now, and the text of `.gitignore`, which also
        knows folders that do not exist yet."""
        found = (*GENERATED, *gitignore_globs(gitignore), *EDITORS)
        return cls(found, globs, frozenset(folders), keep.strip("/"))

    def ignores(self, path: str) -> bool:
        """True when a change of `path` is nobody's business, because of itself or of a folder that it lies in."""
        if self.keep and path.startswith(self.keep + "/"):
            return verdict(path.rpartition("/")[2], EDITORS) is True
        folder = path.rpartition("/")[0]
        return (folder != "" and _ignores_folder(self, folder)) or self.ignores_itself(path)

    def ignores_folder(self, path: str) -> bool:
        """True when nothing below the folder `path` can matter, so that it need not be watched."""
        if self.keep and f"{self.keep}/".startswith(path + "/"):
            return False
        return _ignores_folder(self, path)

    def ignores_itself(self, path: str) -> bool:
        """True when a rule names `path`, whatever folder it lies in."""
        said = verdict(path, self.config_globs, below=False) if self.config_globs else None
        if said is not None:
            return said
        return path in self.folders or verdict(path, self.globs, below=False) is True


@lru_cache(maxsize=4096)
def _ignores_folder(rules: Ignore, path: str) -> bool:
    return any(rules.ignores_itself(path[:end]) for end in (*_slashes(path), len(path)))


def _slashes(path: str) -> list[int]:
    return [place for place, letter in enumerate(path) if letter == "/"]


def gitignore_globs(text: str) -> tuple[str, ...]:
    """The patterns of a `.gitignore` at the root as globs of ours: they mean the same."""
    lines = (line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n"))
    trimmed = (line if line.endswith("\\ ") else line.rstrip(" ") for line in lines)
    return tuple(_folder_itself(line) for line in trimmed if line.strip("/! ") and not line.startswith("#"))


def _folder_itself(pattern: str) -> str:
    """`build/` is the folder itself in git, with all below it; in our globs it is only what lies below. A file of
    that name is ignored with it, which costs nothing."""
    return pattern.rstrip("/")
