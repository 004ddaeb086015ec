"""What differs between two commits, line by line."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.model.diff import Diff, FileChange
from resonance_perf.profiles.diff_text import parse_diff
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import git_bytes

_PLAIN = ("-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "-c", "diff.suppressBlankEmpty=false")
"""Settings of the user that would print another diff."""
_HOW = ("--unified=0", "--inter-hunk-context=0", "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color")
_LARGEST = 1_000_000
"""Bytes of a file that is read as source text."""


def diff_between(repo: Repository, base: str, head: str) -> Diff:
    """What differs between two commits, with what the head holds where code changed.

    Raises:
        GitError: when one of them is not there.
    """
    ends = repo.resolve(base), repo.resolve(head)
    said = git_bytes(repo.root, *_PLAIN, "diff", *_HOW, *ends).decode("utf-8", "surrogateescape")
    files = tuple(_with_text(repo, head, one) for one in parse_diff(said))
    return Diff(files, frozenset(path for path, _ in repo.files(head)))


def _with_text(repo: Repository, head: str, one: FileChange) -> FileChange:
    if not one.new or not one.hunks:
        return one
    held = repo.blob(head, one.new) or b""
    return replace(one, text=held.decode("utf-8", "replace")) if len(held) <= _LARGEST else one
