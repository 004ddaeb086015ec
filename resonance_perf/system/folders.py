"""What lies in a folder of folders, how much room it takes, and how it goes."""

from __future__ import annotations

import os
import shutil
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


def remove(folder: str) -> None:
    """Remove a folder with everything in it, as far as that can be done; links are not followed.

    Also what was made read-only, as Go's cache of modules is: only root removes that without being asked.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(folder) and not os.path.islink(folder):
        with suppress(OSError):
            os.chmod(folder, 0o700)
            for at, names, _ in os.walk(folder):
                for path in (os.path.join(at, name) for name in names):
                    if not os.path.islink(path):
                        os.chmod(path, 0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _stats(folder: str) -> Iterator[tuple[int, int]]:
    """(time of the last change in ns, bytes) of the folder and of each file in it; one may go meanwhile."""
    with suppress(FileNotFoundError):
        yield os.stat(folder).st_mtime_ns, 0
        with os.scandir(folder) as entries:
            for one in entries:
                with suppress(FileNotFoundError):
                    known = one.stat(follow_symlinks=False)
                    yield known.st_mtime_ns, known.st_size
