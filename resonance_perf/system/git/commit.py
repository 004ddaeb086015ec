"""A commit made with plumbing: our edits on the blobs of `HEAD`, the user's index and work tree as they were."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from resonance_perf.system.git.company import at_work
from resonance_perf.system.git.repository import Head, Repository
from resonance_perf.system.git.run import attempt, git
from resonance_perf.system.git.staged import (
    HELD,
    CannotCommitNowError,
    Edited,
    NotAloneError,
    TextEdit,
    index_replaced,
    is_file,
    put_into_index,
    staged_with,
    workshop,
)

COMMITTER = "resonance-perf"
SIGN_S = 60.0
"""How long a signer may ask for a passphrase that nobody is there to type."""


def commit_edits(
    repo: Repository,
    edits: Mapping[str, Sequence[TextEdit]],
    message: str,
    *,
    author: str,
    ref: str | None = None,
    head: Head | None = None,
    sign: bool = False,
    accept: Callable[[str], None] | None = None,
) -> str | None:
    """Commit `edits` (path -> edits of its text) on the current branch, or on `ref` when given; return the commit.

    `head`: what the caller has looked at; the commit is made on that and nothing else. `sign`: also where the user does
    not sign all commits. `accept` is shown the commit before any ref moves to it, and may raise.

    None: nothing would change, so there is no commit. Where the user's index has one of the files, the same edits
    are made there, so that what is staged is the same difference as before. The ref moves by compare-and-swap, while
    the index is locked: no commit of the user's can fall between the two.

    Raises:
        CannotCommitNowError: on a detached or unborn HEAD, during a rebase or the like, when a file is not in
            `HEAD`, when the index is locked, when it cannot be signed, or when somebody else commits meanwhile.
        ResonanceError: when an edit does not fit what is committed or staged; nothing has moved then.
    """
    with workshop(repo) as folder:
        head = head or repo.head()
        target = ref or (f"refs/heads/{head.branch}" if head.branch else None)
        _require_quiet(repo, target, head.commit)
        assert target is not None and head.commit is not None
        parent = (repo.find(ref) if ref else None) or head.commit
        edited = Edited(repo, edits)
        tree = _tree_with(repo, folder, parent, edited)
        commit = None
        if tree != git(repo.root, "rev-parse", parent + "^{tree}"):
            commit = _write_commit(repo, tree, parent, message, author, sign=sign)
            if accept is not None:
                accept(commit)
        else:  # a crash may have come between the branch and the index
            edited.was_made(parent)
        here = ref is None and repo.head().branch == head.branch
        staged = staged_with(repo, folder, edited) if here else None
        if commit is not None and (busy := at_work(repo)):  # asked last: what follows takes milliseconds
            raise NotAloneError(f"{busy} is at work", hint="The commit is made when it has ended.")
        with index_replaced(repo, staged):
            if commit is not None:
                _move(repo, target, commit, parent if ref is None or repo.find(ref) else "0" * len(commit), message)
        return commit


def index_follows(repo: Repository, edits: Mapping[str, Sequence[TextEdit]], commit: str) -> None:
    """Make the edits that `commit`, which is checked out, has made in the user's index, too: a crash came between.

    Raises:
        CannotCommitNowError: when somebody else holds the index.
        ResonanceError: when an edit does not fit what is staged.
    """
    with workshop(repo) as folder:
        edited = Edited(repo, edits)
        edited.was_made(commit)
        with index_replaced(repo, staged_with(repo, folder, edited)):
            pass


def _move(repo: Repository, target: str, commit: str, old: str, message: str) -> None:
    reason = "resonance-perf: " + message.splitlines()[0]
    moved = attempt(repo.root, "update-ref", "-m", reason, target, commit, old)
    if moved.returncode != 0:
        said = moved.stderr.decode("utf-8", "replace").strip()
        raise NotAloneError(f"{target} moved meanwhile or is locked: {said}")


def _require_quiet(repo: Repository, target: str | None, commit: str | None) -> None:
    busy = repo.busy()
    if busy:
        raise CannotCommitNowError(f"{busy} is in progress", hint="The commit is made when it is over.")
    if target is None:
        raise CannotCommitNowError("HEAD is detached", hint="The commit is made when a branch is checked out.")
    if commit is None:
        raise CannotCommitNowError("there is no commit yet")
    if os.path.lexists(os.path.join(repo.git_dir, "index.lock")):
        raise CannotCommitNowError(HELD)


def _tree_with(repo: Repository, folder: str, parent: str, edited: Edited) -> str:
    args = ("--literal-pathspecs", "ls-tree", "-z", "--full-tree", parent, "--", *edited.paths)
    entries = {entry.partition("\t")[2]: entry.split() for entry in git(repo.root, *args).split("\0")[:-1]}
    lines = ""
    for path in edited.paths:
        if path not in entries:
            raise CannotCommitNowError(f"{path} is not committed yet", hint=_how_to_commit(repo, path))
        mode, _, blob = entries[path][:3]
        if not is_file(mode):
            raise CannotCommitNowError(f"{path} is committed as something else than a file", hint="Commit the file.")
        lines += f"{mode} {edited.of(path, blob)}\t{path}\0"
    extra = {"GIT_INDEX_FILE": os.path.join(folder, "tree")}
    git(repo.root, "read-tree", parent, extra=extra)
    put_into_index(repo, lines, extra)
    return git(repo.root, "write-tree", extra=extra)


def _how_to_commit(repo: Repository, path: str) -> str:
    if attempt(repo.root, "check-ignore", "-q", "--", path).returncode == 0:
        return f"git ignores it: git add --force {path}, or set commit.mode to propose"
    return f"Commit it: git add {path}"


def _write_commit(repo: Repository, tree: str, parent: str, message: str, author: str, *, sign: bool) -> str:
    name, _, email = author.rpartition(" <")
    own_email = repo.config("user.email") or "resonance-perf@localhost"
    extra = {
        "GIT_AUTHOR_NAME": name or author,
        "GIT_AUTHOR_EMAIL": email.rstrip(">") or own_email,
        "GIT_COMMITTER_NAME": COMMITTER,
        "GIT_COMMITTER_EMAIL": own_email,
    }
    how = _signature(repo, asked=sign)
    made = attempt(
        repo.root, "commit-tree", *how, tree, "-p", parent,
        data=message.encode("utf-8"), extra=extra, timeout_s=SIGN_S if how else None,
    )  # fmt: skip
    if made.returncode != 0:
        said = made.stderr.decode("utf-8", "replace").strip()
        set_by = "The budgets require it" if sign else "commit.gpgsign is set"
        hint = f"{set_by}: can the signer work here without asking?" if how else ""
        raise CannotCommitNowError(f"the commit was not {'signed' if how else 'written'}: {said}", hint=hint)
    return made.stdout.decode().strip()


def _signature(repo: Repository, *, asked: bool) -> tuple[str, ...]:
    """How to sign, when it is asked or the user signs all commits.

    Without a named key gpg looks for that of the committer, which is not ours.
    """
    if not asked and repo.config("commit.gpgsign", kind="bool") != "true":
        return ()
    own_key = repo.config("user.signingkey") or repo.config("gpg.format") not in ("", "openpgp")
    return ("-S",) if own_key else ("-S" + repo.identity(),)
