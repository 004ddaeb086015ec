"""A repository: where it is, where its branch stands, what differs between two commits."""

from __future__ import annotations

import os
from dataclasses import dataclass

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.run import attempt, git, git_bytes, hook_index

_BUSY = (
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("BISECT_LOG", "a bisect"),
    ("sequencer", "a cherry-pick or revert"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where `HEAD` points: a commit (None before the first) and a branch (None when detached)."""

    commit: str | None
    branch: str | None


@dataclass(frozen=True, slots=True)
class Repository:
    """Absolute paths: the work tree, its git folder, and the folder that all linked work trees share."""

    root: str
    git_dir: str
    common_dir: str

    @property
    def private(self) -> str:
        """Our folder for what never belongs in a work tree (DESIGN §4)."""
        return os.path.join(self.common_dir, "resonance")

    def head(self) -> Head:
        """Where `HEAD` points now.

        The commit is that of the branch which was read first: a checkout between the two questions cannot make a pair
        that never was.
        """
        ref = attempt(self.root, "symbolic-ref", "--quiet", "HEAD").stdout.decode("utf-8", "surrogateescape").strip()
        commit = self.find(ref or "HEAD")
        return Head(commit, ref.removeprefix("refs/heads/") or None)

    def resolve(self, revision: str) -> str:
        """The full id of the commit that `revision` names.

        Raises:
            GitError: when there is no such commit.
        """
        found = self.find(revision)
        if found is None and self.head().commit is None:
            raise GitError("there is no commit yet", hint="Make a first one with `git commit`.")
        if found is None:
            hint = "The clone is shallow: fetch more with `git fetch --unshallow`." if self.is_shallow() else ""
            raise GitError(f'there is no commit called "{revision}" in this repository', hint=hint)
        return found

    def find(self, revision: str) -> str | None:
        """The full id of the commit that `revision` names, or None."""
        done = attempt(self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        return done.stdout.decode().strip() or None

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None when the histories do not meet."""
        return attempt(self.root, "merge-base", one, other).stdout.decode().strip() or None

    def holds(self, tip: str | None, commit: str) -> bool:
        """True when `commit` is `tip`, or an ancestor of it."""
        return tip is not None and self.merge_base(commit, tip) == commit

    def latest_tag(self, glob: str, commit: str) -> str | None:
        """The newest tag matching `glob` that is an ancestor of `commit`, or None."""
        done = attempt(self.root, "describe", "--tags", "--abbrev=0", "--match", glob, commit)
        return done.stdout.decode().strip() or None

    def changed_paths(self, base: str, head: str) -> tuple[str, ...]:
        """Paths that differ between two commits, relative to the root; a rename counts with both names."""
        done = git_bytes(self.root, "diff-tree", "-r", "-z", "--no-renames", "--name-only", base, head)
        return tuple(part.decode("utf-8", "surrogateescape") for part in done.split(b"\0") if part)

    def files(self, commit: str) -> tuple[tuple[str, str], ...]:
        """(path, id of its mode and content) of every file in a commit."""
        entries = git_bytes(self.root, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
        pairs = (entry.decode("utf-8", "surrogateescape").partition("\t") for entry in entries if entry)
        return tuple((path, what) for what, _, path in pairs)

    def dirty_paths(self) -> tuple[str, ...]:
        """Paths of the work tree that differ from `HEAD` or are new and not ignored."""
        done = git_bytes(self.root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        return tuple(part[3:].decode("utf-8", "surrogateescape") for part in done.split(b"\0") if part)

    def ignored_folders(self) -> tuple[str, ...]:
        """Folders that git ignores, relative to the root, without a trailing slash."""
        args = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
        parts = git_bytes(self.root, *args).decode("utf-8", "surrogateescape").split("\0")
        return tuple(part.rstrip("/") for part in parts if part.endswith("/"))

    def blob(self, commit: str, path: str) -> bytes | None:
        """The content of `path` in `commit` (empty: in the index), or None when it is not there."""
        done = attempt(self.root, "cat-file", "blob", f"{commit}:{path}", extra=None if commit else hook_index())
        return done.stdout if done.returncode == 0 else None

    def message(self, commit: str) -> str:
        """The commit's message."""
        return git(self.root, "log", "-1", "--format=%B", commit)

    def committed_at(self, commit: str) -> float:
        """When the commit was made, in seconds since 1970; 0 when it is gone."""
        return float(attempt(self.root, "log", "-1", "--format=%ct", commit).stdout.decode().strip() or 0)

    def subject(self, commit: str) -> str:
        """The commit's subject line, or nothing when the commit is gone."""
        return attempt(self.root, "log", "-1", "--format=%s", commit).stdout.decode("utf-8", "replace").strip()

    def config(self, name: str, *, kind: str = "") -> str:
        """The value of a git setting, or nothing; `kind` (`bool`, `path`): as git writes such a value."""
        typed = (f"--type={kind}",) if kind else ()
        return attempt(self.root, "config", *typed, "--get", name).stdout.decode("utf-8", "replace").strip()

    def identity(self) -> str:
        """`Name <email>` of the user, as git would write it into a commit; nothing when git has none."""
        said = attempt(self.root, "var", "GIT_AUTHOR_IDENT").stdout.decode("utf-8", "replace")
        return said.rpartition(">")[0] + ">" if ">" in said else ""

    def is_shallow(self) -> bool:
        """True when history was cut off by `--depth`."""
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def is_left_out(self, path: str) -> bool:
        """True for a file that a sparse checkout leaves out of the work tree."""
        listed = attempt(self.root, "--literal-pathspecs", "ls-files", "-v", "-z", "--", path).stdout
        return listed[:2] in (b"S ", b"s ")

    def busy(self) -> str | None:
        """What git is in the middle of (`a rebase`), or None."""
        return next((what for mark, what in _BUSY if os.path.exists(os.path.join(self.git_dir, mark))), None)

    def hooks_dir(self) -> str:
        """Where git looks for hooks; honours `core.hooksPath`."""
        configured = os.path.expanduser(self._hooks_path())
        if not configured:
            return os.path.join(self.common_dir, "hooks")
        return os.path.normpath(os.path.join(self.root, configured))

    def _hooks_path(self) -> str:
        said = attempt(self.root, "config", "-z", "--get-all", "core.hooksPath").stdout
        values = os.fsdecode(said).split("\0")
        return values[-3] if len(values) > 2 else ""  # the last is that of `attempt`


def discover(start: str) -> Repository:
    """Find the repository that `start` lies in.

    Raises:
        GitError: when there is none, or it is bare.
    """
    asked = ("--is-bare-repository", "--absolute-git-dir", "--git-common-dir", "--show-toplevel")
    done = attempt(start, "rev-parse", *asked)
    said = done.stderr.decode("utf-8", "replace").strip()
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if len(lines) < 3:
        if "dubious ownership" in said:
            cure = said[said.find("git config --global") :]  # with the folder that has to be named, quoted
            raise GitError(f"git does not trust {start}: it belongs to somebody else", hint=f"If you trust it: {cure}")
        raise GitError(
            f"{start} is not in a git repository", hint="Go into one, or make one with `git init` and a first commit."
        )
    if len(lines) > len(asked):  # a name with a line break in it
        lines = [os.fsdecode(attempt(start, "rev-parse", one).stdout).removesuffix("\n") for one in asked]
    bare, git_dir, common, *top = lines
    if bare == "true":
        raise GitError(
            f"{git_dir} is a bare repository: there is no work tree to watch or to write to",
            hint="Run in a clone of it.",
        )
    if done.returncode != 0:
        raise GitError(f"{start} lies inside a git folder, not in a work tree", hint="Go into the work tree.")
    common = os.path.normpath(os.path.join(start, common))
    return Repository(top[0], git_dir, common)
