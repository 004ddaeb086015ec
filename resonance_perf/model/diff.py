"""What a commit changed, line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were replaced by others; both starts count from 1.

    As git says it, a start without lines is the line after which they would be.
    """

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    lines: tuple[str, ...] = ()
    """Each with its `-` or `+`."""

    def __str__(self) -> str:
        head = f"@@ -{self.old_start},{self.old_count} +{self.new_start},{self.new_count} @@"
        return "\n".join([head, *self.lines])


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that changed: its path in the base and in the head, empty where it is not there."""

    old: str
    new: str
    hunks: tuple[Hunk, ...] = ()
    text: str = ""
    """What the head holds; empty where nobody looked."""

    @property
    def added(self) -> int:
        """How many lines came."""
        return sum(hunk.new_count for hunk in self.hunks)

    @property
    def removed(self) -> int:
        """How many lines went."""
        return sum(hunk.old_count for hunk in self.hunks)

    def line(self, old: int) -> int:
        """Where the line `old` of the base is in the head; one that was replaced is what stands in its place, one that
        was removed is 0."""
        shift = 0
        for one in self.hunks:
            first = one.old_start if one.old_count else one.old_start + 1
            if old < first:
                break
            if old < first + one.old_count:
                return one.new_start + min(old - first, one.new_count - 1) if one.new_count else 0
            shift += one.new_count - one.old_count
        return old + shift


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs between two commits, renames found. `paths` are all files of the head: they tell the
    repository's own code from a library's."""

    files: tuple[FileChange, ...] = ()
    paths: frozenset[str] = frozenset()

    def of_new(self, path: str) -> FileChange | None:
        """Where a file of the head comes from."""
        return next((one for one in self.files if one.new == path), None)
