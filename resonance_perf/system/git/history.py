"""The commits that touched some paths, as a graph; what they wrote; what they say of approvals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git, git_bytes

APPROVAL, BUDGET, NEW = "Perf-Approved-by", "Perf-Budget", "Perf-New"

_PLAIN = "--no-replace-objects"
"""A ref of the repository must not put another commit in the place of one."""
_TRAILERS = tuple(f"%(trailers:key={key},valueonly,unfold,separator=%x0A)" for key in (APPROVAL, BUDGET, NEW))
_FORM = "%x00".join(("%H", "%P", "%an", "%ae", *_TRAILERS))
_FIELDS = 7
_CHUNK = 500
"""Blobs that are held in memory at a time."""
_PARTIAL = "A partial clone needs its remote to see limits of the past; without one: git fsck."


@dataclass(frozen=True, slots=True)
class Touch:
    """A commit with what it says of approvals; `parents` are the nearest ones before it of the same walk."""

    commit: str
    parents: tuple[str, ...]
    name: str
    email: str
    approvals: tuple[str, ...]
    budgets: tuple[str, ...]
    values: tuple[str, ...]


def touches(repo: Repository, head: str, paths: Sequence[str]) -> tuple[Touch, ...]:
    """Every commit up to `head` that touched a path, and every merge; parents first.

    All sides of a merge are walked: a merge that takes one side whole does not hide what the other did.

    Raises:
        GitError: when history cannot be read.
    """
    return _log(repo, head, (), ("--full-history", "--parents"), paths)


def since(repo: Repository, head: str, known: Sequence[str]) -> tuple[Touch, ...]:
    """Every commit up to `head` that is not in the history of one of `known`; parents first.

    Not only those that touched something: where a part of history is left out, git compares a merge with what is left,
    and drops one that takes a side which is new, whatever the side which is known had.
    """
    return _log(repo, head, known, (), ())


def _log(
    repo: Repository, head: str, known: Sequence[str], how: Sequence[str], paths: Sequence[str]
) -> tuple[Touch, ...]:
    revisions = "".join(f"{one}\n" for one in (head, *(f"^{one}" for one in known)))
    args = ("log", "-z", "--encoding=UTF-8", "--topo-order", "--reverse", *how)
    more = (f"--format=tformat:{_FORM}", "--ignore-missing", "--stdin", "--", *_literal(paths))
    said = git_bytes(repo.root, _PLAIN, *args, *more, data=revisions.encode())
    fields = said.decode("utf-8", "replace").split("\0")
    return tuple(_touch(*fields[at : at + _FIELDS]) for at in range(0, len(fields) - 1, _FIELDS))


def authored_at(repo: Repository, commits: Sequence[str]) -> dict[str, float]:
    """When each of these commits was written, in seconds since 1970."""
    if not commits:
        return {}
    names = "".join(one + "\n" for one in commits).encode()
    said = git(repo.root, "log", "--no-walk", "--stdin", "--format=%H %at", data=names)
    return {commit: float(at) for commit, at in (line.split() for line in said.splitlines())}


def trailers_in(repo: Repository, message: bytes, names: Sequence[str]) -> dict[str, list[str]]:
    """The trailers of these names of a message as it is being written: comments and a diff may still stand below."""
    said = git(repo.root, "interpret-trailers", "--parse", "--no-divider", data=message)
    found: dict[str, list[str]] = {name: [] for name in names}
    for name, _, value in (line.partition(":") for line in said.split("\n")):
        known = next((one for one in found if one.lower() == name.strip().lower()), None)
        if known and value.strip():
            found[known].append(value.strip())
    return found


def nearest_touch(repo: Repository, commit: str, paths: Sequence[str]) -> str | None:
    """The commit of `touches` that stands for `commit`: itself, or the first one before it."""
    args = ("log", "-1", "--full-history", "--parents", "--format=%H", commit, "--", *_literal(paths))
    return git_bytes(repo.root, _PLAIN, *args).decode().strip() or None


def blob_ids(repo: Repository, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(commit, path) -> id of the file there. Left out: what is no file, and what is there without its content.

    Raises:
        GitError: when a partial clone cannot fetch what it lacks.
    """
    if not names:
        return {}
    asked = "".join(f"{commit}:{path}\n" for commit, path in names).encode("utf-8", "surrogateescape")
    done = attempt(repo.root, _PLAIN, "cat-file", "--batch-check", data=asked)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(
            f"a part of the history is not in this clone: {said[-1] if said else 'git failed'}", hint=_PARTIAL
        )
    lines = done.stdout.splitlines()
    found: dict[tuple[str, str], str] = {}
    for name, line in zip(names, lines, strict=True):
        parts = line.split()
        if len(parts) == 3 and parts[1] == b"blob":
            found[name] = parts[0].decode()
    return found


def require_absent(repo: Repository, commit: str, path: str) -> None:
    """Raise where the path is there after all: its content was lost, and would pass for removed.

    Raises:
        GitError: when it is.
    """
    if attempt(repo.root, _PLAIN, "ls-tree", commit, "--", path).stdout.strip():
        raise GitError(f"{path} of {commit[:9]} is not in this clone", hint=_PARTIAL)


def blobs(repo: Repository, ids: Sequence[str]) -> Iterator[bytes]:
    """The content of many blobs, a few at a time."""
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        data = git_bytes(repo.root, _PLAIN, "cat-file", "--batch", data="".join(one + "\n" for one in some).encode())
        at = 0
        for _ in some:
            end = data.index(b"\n", at)
            size = int(data[at:end].split()[2])
            yield data[end + 1 : end + 1 + size]
            at = end + size + 2


def _touch(commit: str, parents: str, name: str, email: str, *trailers: str) -> Touch:
    by, budgets, values = (tuple(one.strip() for one in lines.split("\n") if one.strip()) for lines in trailers)
    return Touch(commit.strip(), tuple(parents.split()), name, email, by, budgets, values)


def _literal(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(f":(top,literal){path}" for path in paths)
