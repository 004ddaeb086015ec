"""The line of commits between two revisions."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git_bytes


@dataclass(frozen=True, slots=True)
class Link:
    """A commit of a first-parent line, with the paths that differ from its first parent."""

    commit: str
    parents: tuple[str, ...]
    paths: tuple[str, ...]


def line_between(repo: Repository, good: str, bad: str) -> tuple[Link, ...]:
    """The commits on the first-parent line of `bad` that `good` does not have, oldest first; `bad` is the last.

    Raises:
        GitError: when `good` is not in the history of `bad`; says what could be meant.
    """
    if good == bad:
        raise GitError(f"good and bad are the same commit, {good[:9]}")
    if is_ancestor(repo, good, bad):
        return _first_parents(repo, good, bad)
    fork = repo.merge_base(good, bad)
    if fork == bad:
        hint = "Exchange the two."
    elif repo.is_shallow():
        hint = "The clone is shallow: fetch more with `git fetch --unshallow`."
    else:
        hint = f"Both come from {fork[:9]}: try --good {fork[:9]}." if fork else "They have nothing in common."
    raise GitError(f"{good[:9]} (good) is not in the history of {bad[:9]} (bad)", hint=hint)


def is_ancestor(repo: Repository, old: str, new: str) -> bool:
    """True when `old` is in the history of `new`."""
    return attempt(repo.root, "merge-base", "--is-ancestor", old, new).returncode == 0


def _first_parents(repo: Repository, good: str, bad: str) -> tuple[Link, ...]:
    """One git process, however many there are. A merge's paths are what it brought to the line."""
    form = "--format=%x00%H %P"  # no path and no header is empty, so that an empty part begins a commit
    args = ("log", "--first-parent", "-m", "--reverse", "--no-renames", "--name-only", "-z", form, f"{good}..{bad}")
    parts = git_bytes(repo.root, *args).decode("utf-8", "surrogateescape").split("\0")
    links: list[Link] = []
    starts = [at for at, part in enumerate(parts[:-1]) if not part]
    for start, end in zip(starts, [*starts[1:], len(parts)], strict=True):
        commit, *parents = parts[start + 1].split()
        paths = [part for part in parts[start + 2 : end] if part]
        paths[:1] = [path.removeprefix("\n") for path in paths[:1]]
        links.append(Link(commit, tuple(parents), tuple(paths)))
    return tuple(links)
