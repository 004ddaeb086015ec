"""The history of one file, oldest first, with who wrote and who approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git, git_bytes

APPROVAL = "Perf-Approved-by"


@dataclass(frozen=True, slots=True)
class FileRevision:
    """`path` as commit `commit` left it: its text (None: removed there, or not UTF-8)."""

    commit: str
    parent: str | None
    author: str
    approvals: tuple[str, ...]
    text: str | None


def last_change(repo: Repository, head: str, path: str) -> str | None:
    """The newest commit up to `head` that changed `path`."""
    return attempt(repo.root, "log", "-1", "--format=%H", head, "--", path).stdout.decode().strip() or None


def revisions(repo: Repository, head: str, path: str) -> tuple[FileRevision, ...]:
    """Every commit up to `head` that changed `path`, oldest first, in topological order."""
    form = f"%H%x00%P%x00%an <%ae>%x00%(trailers:key={APPROVAL},valueonly,separator=%x01)%x02"
    said = git(repo.root, "log", "--topo-order", "--reverse", f"--format={form}", head, "--", path)
    heads = [record.strip("\n").split("\0") for record in said.split("\x02") if record.strip()]
    texts = blobs(repo, [f"{fields[0]}:{path}" for fields in heads])
    return tuple(
        FileRevision(
            commit=commit,
            parent=parents.split()[0] if parents else None,
            author=author,
            approvals=tuple(one.strip() for one in approvals.split("\x01") if one.strip()),
            text=text,
        )
        for (commit, parents, author, approvals), text in zip(heads, texts, strict=True)
    )


def authored_at(repo: Repository, commits: Sequence[str]) -> dict[str, float]:
    """When each of these commits was written, in seconds since 1970."""
    if not commits:
        return {}
    names = "".join(one + "\n" for one in commits).encode()
    said = git(repo.root, "log", "--no-walk", "--stdin", "--format=%H %at", data=names)
    return {commit: float(at) for commit, at in (line.split() for line in said.splitlines())}


def approvals_in(repo: Repository, message: bytes) -> tuple[str, ...]:
    """The approvals in a message that is being written, with its comments and what stands below the scissors."""
    said = git(repo.root, "interpret-trailers", "--parse", "--no-divider", data=message)
    trailers = (line.partition(":") for line in said.splitlines())
    return tuple(value.strip() for name, _, value in trailers if name.lower() == APPROVAL.lower() and value.strip())


def blobs(repo: Repository, names: list[str]) -> list[str | None]:
    """The texts of many blobs (`commit:path`) in one git process; None where one is missing or not UTF-8."""
    if not names:
        return []
    data = git_bytes(repo.root, "cat-file", "--batch", data="".join(name + "\n" for name in names).encode())
    texts: list[str | None] = []
    at = 0
    for _ in names:
        end = data.index(b"\n", at)
        header = data[at:end].split()
        at = end + 1
        size = int(header[2]) if len(header) == 3 and header[2].isdigit() else None
        texts.append(None if size is None else _decoded(data[at : at + size]))
        at += 0 if size is None else size + 1
    return texts


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
