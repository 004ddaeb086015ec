"""Who else moves this branch right now. Only `/proc` tells; elsewhere there is the lock on the index."""

from __future__ import annotations

import os
from collections.abc import Iterator

from resonance_perf.system.git.repository import Repository

_MOVING = frozenset(
    ("am", "checkout", "cherry-pick", "commit", "merge", "pull", "rebase", "reset", "revert", "stash", "switch")
)
_WITH_VALUE = frozenset(("-c", "-C", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env"))


def at_work(repo: Repository) -> str | None:
    """The git command that is under way in this work tree, with its process (`git commit (process 12)`), or None.

    `git commit` reads `HEAD` first and moves it last; in between stand hooks and an editor, for minutes and without
    any lock. It fails when the branch has moved meanwhile.
    """
    for process, words in _gits():
        command = _command(words)
        if command in _MOVING and _is_in(process, repo.root):
            return f"git {command} (process {process})"
    return None


def _gits() -> Iterator[tuple[int, list[str]]]:
    try:
        processes = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return
    for process in processes:
        try:
            with open(f"/proc/{process}/comm", "rb") as file:
                if file.read() != b"git\n":
                    continue
            with open(f"/proc/{process}/cmdline", "rb") as file:
                yield process, os.fsdecode(file.read()).split("\0")[1:-1]
        except OSError:
            continue  # it has ended, or is somebody else's


def _command(words: list[str]) -> str:
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return ""


def _is_in(process: int, root: str) -> bool:
    try:
        cwd = os.readlink(f"/proc/{process}/cwd")
    except OSError:
        return False
    return cwd == os.path.realpath(root)
