"""A commit as a mail that `git am` takes."""

from __future__ import annotations

from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import git_bytes

_PLAIN = (
    "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "-c", "format.signOff=false",
    "-c", "format.useAutoBase=false", "-c", "format.notes=false",
)  # fmt: skip
"""Settings of the user that would make another mail of it."""


def mail_patch(repo: Repository, commit: str) -> str:
    """The commit with its message, author and date; its difference to its parent applies with `git apply`, too."""
    how = ("--stdout", "--no-attach", "--no-thread", "--no-ext-diff", "--no-color", "--full-index", "--keep-subject")
    return git_bytes(repo.root, *_PLAIN, "format-patch", "-1", *how, commit).decode("utf-8")
