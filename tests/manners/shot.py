"""All of a repository that belongs to its user, taken before and after an operation of ours."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tests.conftest import GitRepo

T = TypeVar("T")
OURS = ("00_soul.md", "01_state.md", "02_memory.md")
_PASSING = (
    "COMMIT_EDITMSG",
    "index",
    "lfs",
    "logs",
    "modules",
    "objects",
    "packed-refs",
    "refs",
    "resonance",
    "worktrees",
)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """`staged` and `unstaged` hold the lines that a diff adds and removes, by path; `index` the entries with their
    flags; `files` everything in the work tree; `git` the rest of the git folder: locks, states, settings, hooks."""

    index: dict[str, str]
    conflicts: list[str]
    staged: dict[str, list[str]]
    unstaged: dict[str, list[str]]
    status: str
    files: dict[str, str]
    stash: str
    refs: dict[str, str]
    git: dict[str, str]

    def without_ours(self) -> Shot:
        """Without what stands in the three files."""
        return replace(
            self, index=_rest(self.index), files=_rest(self.files), unstaged=_rest(self.unstaged),
            status="\0".join(part for part in self.status.split("\0") if not part.endswith(OURS)),
        )  # fmt: skip

    def of(self, name: str) -> tuple[object, ...]:
        """What the user sees that they have changed in one of the three files."""
        unstaged = [lines for path, lines in self.unstaged.items() if path.endswith(name)]
        return unstaged, [part for part in self.status.split("\0") if part.endswith(name)]


def _rest(found: dict[str, T]) -> dict[str, T]:
    return {path: what for path, what in found.items() if not path.partition(" b/")[0].endswith(OURS)}


def snapshot_of(repo: GitRepo) -> Shot:
    """Take it. Git may write nothing for it, not even a refreshed index."""
    git_dir = Path(os.path.realpath(repo.path / plain(repo, "rev-parse", "--git-dir").strip()))
    entries = plain(repo, "ls-files", "--stage", "-v", "-z").split("\0")[:-1]
    refs = plain(repo, "for-each-ref", "--format=%(refname) %(objectname) %(symref)").splitlines()
    return Shot(
        index={entry.partition("\t")[2]: entry.partition("\t")[0] for entry in entries if entry.split()[3] == "0"},
        conflicts=[entry for entry in entries if entry.split()[3][0] != "0"],
        staged=_changes(plain(repo, "diff", "--cached", "--no-ext-diff", "--no-renames")),
        unstaged=_changes(plain(repo, "diff", "--no-ext-diff", "--no-renames")),
        status=plain(repo, "status", "--porcelain", "-z", "--untracked-files=all", "--ignored"),
        files=_files(repo.path),
        stash=plain(repo, "stash", "list", "--format=%H %gd"),
        refs={"HEAD": (git_dir / "HEAD").read_text(), **{line.split()[0]: line for line in refs}},
        git={
            str(path.relative_to(git_dir)): _digest(path)
            for path in sorted(git_dir.rglob("*"))
            if path.relative_to(git_dir).parts[0] not in _PASSING
            and not path.name.startswith("sharedindex.") and not path.is_dir()
        },
    )  # fmt: skip


def plain(repo: GitRepo, *args: str) -> str:
    """What git says in the user's terminal, byte for byte; without refreshing the index."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = ("color.ui=never", "status.branch=false", "diff.autoRefreshIndex=false", "core.hooksPath=/nowhere")
    words = [word for one in settings for word in ("-c", one)] if args[0] != "config" else []
    done = subprocess.run(
        ["git", "--no-optional-locks", *words, *args], cwd=repo.path, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, f"git {args}: {done.stderr.decode()}"
    return done.stdout.decode("utf-8", "surrogateescape")


def _changes(diff: str) -> dict[str, list[str]]:
    found = {}
    for part in re.split(r"^diff --git ", diff, flags=re.MULTILINE)[1:]:
        head, *lines = part.split("\n")
        kept = [line for line in lines if re.match(r"[-+](?!(--|\+\+) )|(old|new|deleted) ", line)]
        found[head.replace('"', "")] = [re.sub(r"^(\+Subproject commit) \w+", r"\1", line) for line in kept]
    return found


def _files(root: Path) -> dict[str, str]:
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not (name == ".git" and folder == str(root))]
        for name in [*names, *(one for one in folders if os.path.islink(os.path.join(folder, one)))]:
            path = Path(folder, name)
            found[str(path.relative_to(root))] = _digest(path)
    return found


def _digest(path: Path) -> str:
    mode = oct(path.lstat().st_mode)
    if path.is_symlink():
        return f"{mode} -> {os.readlink(path)}"
    return f"{mode} {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}" if path.is_file() else mode
