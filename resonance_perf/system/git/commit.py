"""A commit made with plumbing: our edits on the blobs of `HEAD`, the user's index and work tree as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.repository import Head, Repository
from resonance_perf.system.git.run import attempt, git, git_bytes

TextEdit = Callable[[str], str]
COMMITTER = "resonance-perf"


class CannotCommitNowError(GitError):
    """The repository is not in a state to commit to; the same commit may succeed later."""


def commit_edits(
    repo: Repository,
    edits: Mapping[str, Sequence[TextEdit]],
    message: str,
    *,
    author: str,
    ref: str | None = None,
    head: Head | None = None,
) -> str | None:
    """Commit `edits` (path -> edits of its text) on the current branch, or on `ref` when given; return the commit.

    `head`: what the caller has looked at; the commit is made on that and nothing else.

    None: nothing would change, so there is no commit. Where the user's index has one of the files, the same edits
    are made there, so that what is staged is the same difference as before. The ref moves by compare-and-swap.

    Raises:
        CannotCommitNowError: on a detached or unborn HEAD, during a rebase or the like, when a file is not in
            `HEAD`, when the index is locked, or when somebody else committed meanwhile.
    """
    head = head or repo.head()
    target = ref or (f"refs/heads/{head.branch}" if head.branch else None)
    _require_quiet(repo, target, head.commit)
    assert target is not None and head.commit is not None
    parent = (repo.find(ref) if ref else None) or head.commit
    tree = _tree_with(repo, parent, edits)
    commit = None
    if tree != git(repo.root, "rev-parse", parent + "^{tree}"):
        commit = _write_commit(repo, tree, parent, message, author)
        _move(repo, target, commit, parent if ref is None or repo.find(ref) else "0" * len(commit), message)
    if ref is None and repo.head().branch == head.branch:
        _follow_in_index(repo, edits)  # also after a crash between the two: then there is no commit to make
    return commit


def _move(repo: Repository, target: str, commit: str, old: str, message: str) -> None:
    reason = "resonance-perf: " + message.splitlines()[0]
    moved = attempt(repo.root, "update-ref", "-m", reason, target, commit, old)
    if moved.returncode != 0:
        said = moved.stderr.decode("utf-8", "replace").strip()
        raise CannotCommitNowError(f"{target} moved meanwhile or is locked: {said}")


def _require_quiet(repo: Repository, target: str | None, commit: str | None) -> None:
    busy = repo.busy()
    if busy:
        raise CannotCommitNowError(f"{busy} is in progress", hint="The commit is made when it is over.")
    if target is None:
        raise CannotCommitNowError("HEAD is detached", hint="The commit is made when a branch is checked out.")
    if commit is None:
        raise CannotCommitNowError("there is no commit yet")
    if os.path.exists(os.path.join(repo.git_dir, "index.lock")):
        raise CannotCommitNowError("another git process holds index.lock")


def _tree_with(repo: Repository, parent: str, edits: Mapping[str, Sequence[TextEdit]]) -> str:
    os.makedirs(repo.private, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="commit-", dir=repo.private)
    extra = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
    try:
        git(repo.root, "read-tree", parent, extra=extra)
        for path, path_edits in edits.items():
            entry = git(repo.root, "ls-tree", parent, "--", path)
            if not entry:
                raise CannotCommitNowError(f"{path} is not committed yet", hint=f"Commit it: git add {path}")
            mode = entry.split(None, 1)[0]
            blob = _edited_blob(repo, f"{parent}:{path}", path_edits)
            git(repo.root, "update-index", "--cacheinfo", f"{mode},{blob},{path}", extra=extra)
        return git(repo.root, "write-tree", extra=extra)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _edited_blob(repo: Repository, source: str, edits: Sequence[TextEdit]) -> str:
    text = git_bytes(repo.root, "cat-file", "blob", source).decode("utf-8")
    for edit in edits:
        text = edit(text)
    return git(repo.root, "hash-object", "-w", "--stdin", data=text.encode("utf-8"))


def _follow_in_index(repo: Repository, edits: Mapping[str, Sequence[TextEdit]]) -> None:
    """Make the same edits in the index, so that what the user has staged is the same difference as before."""
    lines = []
    for path, path_edits in edits.items():
        entries = git(repo.root, "ls-files", "--stage", "--", path).splitlines()
        if len(entries) != 1:
            continue  # removed from the index, or in conflict: the user's business
        mode, blob, _ = entries[0].split(None, 2)
        new = _edited_blob(repo, blob, path_edits)
        if new != blob:
            lines.append(f"{mode} {new}\t{path}\n")
    if lines:
        data = "".join(lines).encode("utf-8", "surrogateescape")
        git(repo.root, "update-index", "--index-info", data=data)
        # The entries have no stat data now; a refresh makes `git status` cheap again, and may fail without harm.
        attempt(repo.root, "update-index", "-q", "--refresh")


def _write_commit(repo: Repository, tree: str, parent: str, message: str, author: str) -> str:
    name, _, email = author.rpartition(" <")
    own_email = repo.config("user.email") or "resonance-perf@localhost"
    extra = {
        "GIT_AUTHOR_NAME": name or author,
        "GIT_AUTHOR_EMAIL": email.rstrip(">") or own_email,
        "GIT_COMMITTER_NAME": COMMITTER,
        "GIT_COMMITTER_EMAIL": own_email,
    }
    sign = ("-S",) if repo.config("commit.gpgsign") == "true" else ()
    return git(repo.root, "commit-tree", *sign, tree, "-p", parent, data=message.encode("utf-8"), extra=extra)
