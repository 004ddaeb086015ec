"""The user's index: read, edited in a copy, and put in its place under git's own lock."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from resonance_perf.model.errors import GitError
from resonance_perf.system.files import locked
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git, git_bytes

TextEdit = Callable[[str], str]
HELD = "another git process holds index.lock"


class CannotCommitNowError(GitError):
    """The repository is not in a state to commit to; the same commit may succeed later."""


class NotAloneError(CannotCommitNowError):
    """Somebody else commits or stages at this moment; the same may succeed in the next one."""


@dataclass(frozen=True, slots=True)
class Staged:
    """An edited copy of the index at `path`; `stamp` tells which index it is a copy of."""

    path: str
    stamp: tuple[int, ...]


@contextmanager
def workshop(repo: Repository) -> Iterator[str]:
    """An empty folder for what a commit is made of; one process of ours at a time has it.

    What a killed process left in it is taken away, and with it the lock on the index, if that one was ours.
    """
    folder = os.path.join(repo.git_dir, "resonance", "commit")
    os.makedirs(folder, exist_ok=True)
    with locked(folder):
        _clear(repo, folder)
        try:
            yield tempfile.mkdtemp(dir=folder)  # a git of a killed process may still write into the one before
        finally:
            _clear(repo, folder)


def mend(repo: Repository) -> None:
    """Let go of the index that a killed process of ours has locked."""
    with workshop(repo):
        pass


class Edited:
    """The blobs that edits (path -> edits of its text) make of blobs; each is made once."""

    def __init__(self, repo: Repository, edits: Mapping[str, Sequence[TextEdit]]) -> None:
        self.paths = tuple(edits)
        self._repo, self._edits = repo, edits
        self._known: dict[tuple[str, str], str] = {}

    def was_made(self, commit: str) -> None:
        """Take what `commit` made of its parent's blobs for the edits' work: the index follows it exactly then."""
        args = ("--literal-pathspecs", "diff-tree", "-r", "-z", "--no-renames", f"{commit}^", commit, "--", *self.paths)
        parts = attempt(self._repo.root, *args).stdout.decode("utf-8", "surrogateescape").split("\0")
        for entry, path in zip(parts[::2], parts[1::2], strict=False):
            old, new = entry.split()[2:4]
            self._known[path, old] = new

    def of(self, path: str, blob: str) -> str:
        """The id of the edited blob; it is written, when it is new.

        Raises:
            ResonanceError: when it is no text, or an edit does not fit it.
        """
        if (path, blob) not in self._known:
            try:
                text = git_bytes(self._repo.root, "cat-file", "blob", blob).decode("utf-8")
            except UnicodeDecodeError as error:  # encrypted, for one
                raise CannotCommitNowError(f"{path} is kept in git as something else than text") from error
            for edit in self._edits[path]:
                text = edit(text)
            made = git(self._repo.root, "hash-object", "-w", "--stdin", data=text.encode("utf-8"))
            self._known[path, blob] = made
        return self._known[path, blob]


def staged_with(repo: Repository, folder: str, edited: Edited) -> Staged | None:
    """A copy of the index in which the files are edited; None when that changes nothing.

    A file that is removed from the index, or in conflict, is left to the user.

    Raises:
        ResonanceError: when an edit does not fit what is staged.
    """
    index = os.path.join(repo.git_dir, "index")
    stamp = _stamp(index)
    if not stamp:
        return None
    copy = os.path.join(folder, "index")
    shutil.copy2(index, copy)
    extra = {"GIT_INDEX_FILE": copy}
    args = ("--literal-pathspecs", "ls-files", "--stage", "-v", "-z", "--", *edited.paths)
    lines, flags = "", []
    for entry in git(repo.root, *args, extra=extra).split("\0")[:-1]:
        (tag, mode, blob, stage), path = entry.partition("\t")[0].split(" "), entry.partition("\t")[2]
        if stage != "0" or not is_file(mode) or edited.of(path, blob) == blob:
            continue
        lines += f"{mode} {edited.of(path, blob)}\t{path}\0"
        flags += [("--skip-worktree", path)] * (tag in "Ss") + [("--assume-unchanged", path)] * tag.islower()
    if not lines:
        return None
    put_into_index(repo, lines, extra)
    for flag, path in flags:
        git(repo.root, "update-index", flag, "--", path, extra=extra)
    return Staged(copy, stamp)


def put_into_index(repo: Repository, lines: str, extra: Mapping[str, str]) -> None:
    """Set entries (`mode blob TAB path NUL`) of the index that `extra` names."""
    data = lines.encode("utf-8", "surrogateescape")
    git(repo.root, "update-index", "-z", "--index-info", data=data, extra=extra)


@contextmanager
def index_replaced(repo: Repository, staged: Staged | None) -> Iterator[None]:
    """Hold the index while the block runs, then replace it; an error in the block leaves it as it was.

    The lock is a second name of the copy: so it is known as ours after a crash, and the index is never half written.

    Raises:
        CannotCommitNowError: when somebody else holds it, or has changed it since it was copied.
    """
    if staged is None:
        yield
        return
    index = os.path.join(repo.git_dir, "index")
    lock = index + ".lock"
    try:
        os.link(staged.path, lock)
    except FileExistsError as error:
        raise CannotCommitNowError(HELD) from error
    except OSError as error:
        raise CannotCommitNowError(f"{lock} cannot be made: {error.strerror or error}") from error
    try:
        if _stamp(index) != staged.stamp:
            raise NotAloneError("somebody changed the index meanwhile")
        yield
        os.rename(lock, index)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(lock)
        raise


def is_file(mode: str) -> bool:
    """True for the mode of a regular file: no link, no submodule."""
    return mode in ("100644", "100755")


def _clear(repo: Repository, folder: str) -> None:
    """Empty the workshop. The lock on the index goes first, or nobody could tell any more that it is ours."""
    lock = os.path.join(repo.git_dir, "index.lock")
    for name in os.listdir(folder):
        made = os.path.join(folder, name)
        with suppress(OSError):
            if os.path.samefile(os.path.join(made, "index"), lock):
                os.unlink(lock)
        shutil.rmtree(made, ignore_errors=True)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns)
