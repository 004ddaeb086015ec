"""The work tree as it is now, saved or not committed, as a commit that no branch knows."""

from __future__ import annotations

import os
import shutil

from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import git
from resonance_perf.system.scratch import scratch

_IDENTITY = {
    name: value
    for role in ("AUTHOR", "COMMITTER")
    for name, value in (
        (f"GIT_{role}_NAME", "resonance-perf"),
        (f"GIT_{role}_EMAIL", "resonance-perf@localhost"),
        (f"GIT_{role}_DATE", "@0 +0000"),
    )
}
_AS_IT_IS = ("-c", "core.fsync=none", "-c", "core.sparseCheckout=false")
"""Nothing that has to last, and with what a sparse checkout would leave out were it not there."""


def snapshot(repo: Repository, parent: str) -> str:
    """Write the work tree (tracked and new files, not the ignored ones) as a commit on `parent`; return its id.

    The user's index is copied first, so that only changed files are hashed, and never written. Equal trees give the
    same id, because the date is fixed.
    """
    with scratch(_made(repo.private)) as folder:
        index = os.path.join(folder, "index")
        own = os.path.join(repo.git_dir, "index")
        if os.path.exists(own):
            shutil.copy2(own, index)
        extra = {"GIT_INDEX_FILE": index}
        git(repo.root, *_AS_IT_IS, "add", "--all", "--", ".", extra=extra)
        tree = git(repo.root, "write-tree", extra=extra)
        return git(repo.root, "commit-tree", tree, "-p", parent, "-m", "work tree", extra=_IDENTITY)


def _made(folder: str) -> str:
    os.makedirs(folder, exist_ok=True)
    return folder
