"""What lies in a folder of folders, and how much room it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress


def by_age(folder: str) -> list[tuple[str, int]]:
    """(path, bytes) of every folder in it, the one that was written to last first. Links are not followed."""
    found = []
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for one in entries:
            if one.is_dir(follow_symlinks=False):
                stats = [*_stats(one.path)]
                found.append((max((at for at, _ in stats), default=0), one.path, sum(size for _, size in stats)))
    return [(path, size) for _, path, size in sorted(found, reverse=True)]


def _stats(folder: str) -> Iterator[tuple[int, int]]:
    """(time of the last change in ns, bytes) of the folder and of each file in it; one may go meanwhile."""
    with suppress(FileNotFoundError):
        yield os.stat(folder).st_mtime_ns, 0
        with os.scandir(folder) as entries:
            for one in entries:
                with suppress(FileNotFoundError):
                    known = one.stat(follow_symlinks=False)
                    yield known.st_mtime_ns, known.st_size
