"""What git hooks dropped: a file of lines, read from where the last reader stopped."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from resonance_perf.model.errors import UsageError

ROTATE_BYTES = 1 << 20
TRIGGERS: dict[str, str] = {
    "post-commit": "commit",
    "post-merge": "merge",
    "post-checkout": "checkout",
    "post-rewrite": "rewrite",
    "pre-push": "push",
}
"""The hooks that we install, and what each of them tells."""


@dataclass(frozen=True, slots=True)
class SpoolLine:
    """One run of a hook in `worktree` (absolute path)."""

    trigger: str
    worktree: str


@dataclass(frozen=True, slots=True)
class Position:
    """How far the spool was read: bytes of the file with this inode, and of the one that was rotated away before it.

    Store it in the transaction that stores what the lines led to: then no crash loses a line or doubles one.
    `skipped` counts lines that were not ours to understand.
    """

    inode: int = 0
    offset: int = 0
    old_inode: int = 0
    old_offset: int = 0
    skipped: int = 0

    def to_text(self) -> str:
        """As one word, for the store."""
        return f"{self.inode}:{self.offset}:{self.old_inode}:{self.old_offset}:{self.skipped}"

    @classmethod
    def from_text(cls, text: str | None) -> Position:
        """The position that `to_text` wrote; the beginning, when there is none or it makes no sense."""
        try:
            return cls(*(abs(int(part)) for part in (text or "").split(":")))
        except (TypeError, ValueError):
            return cls()


def read_new(spool_file: str, position: Position) -> tuple[tuple[SpoolLine, ...], Position]:
    """The complete lines since `position`, in order, and the position after them.

    A file above 1 MiB is renamed to `<name>.old` by a call that finds nothing new, so what it held has been stored.
    A hook that had opened it before may still write into it: the old file is read along until the next rotation,
    some ten thousand hooks later, and only then replaced.

    Raises:
        UsageError: when the spool is there but cannot be read.
    """
    old, new = _read(f"{spool_file}.old", position), _read(spool_file, position)
    lines, skipped = [], position.skipped
    for part in (old, new):
        found, bad = parse(part.data)
        lines += found
        skipped += bad
    after = Position(new.inode, new.end, old.inode, old.end, skipped)
    if after == position and new.end > ROTATE_BYTES:
        with contextlib.suppress(OSError):  # it only grows on
            os.replace(spool_file, f"{spool_file}.old")
    return tuple(lines), after


def parse(data: bytes) -> tuple[list[SpoolLine], int]:
    """The lines of hooks, and how many other lines there were (the rest of a path with a line break, for one)."""
    lines, bad = [], 0
    for line in data.removesuffix(b"\n").split(b"\n") if data else ():
        version, _, rest = line.decode("utf-8", "surrogateescape").partition(" ")
        hook, _, worktree = rest.partition(" ")
        if version == "1" and hook in TRIGGERS and worktree.startswith("/"):
            lines.append(SpoolLine(TRIGGERS[hook], worktree))
        else:
            bad += 1
    return lines, bad


@dataclass(frozen=True, slots=True)
class _Part:
    inode: int = 0
    end: int = 0
    data: bytes = b""


def _read(path: str, position: Position) -> _Part:
    """The new complete lines of a file, which is known by its inode under whatever name."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            known = {position.old_inode: position.old_offset, position.inode: position.offset}
            start = known.get(status.st_ino, 0)
            if start > status.st_size or not _begins_line(file.fileno(), start):
                start = 0  # another file that got the number of the old one
            file.seek(start)
            data = file.read()
    except FileNotFoundError:
        return _Part()
    except OSError as error:
        said = f"what the git hooks wrote cannot be read: {path}: {error.strerror}"
        raise UsageError(said, hint="Make it readable, or remove it.") from error
    complete = data[: data.rfind(b"\n") + 1]
    return _Part(status.st_ino, start + len(complete), complete)


def _begins_line(descriptor: int, start: int) -> bool:
    return start == 0 or os.pread(descriptor, 1, start - 1) == b"\n"
