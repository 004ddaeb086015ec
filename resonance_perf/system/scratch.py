"""A folder for the files that a measuring tool leaves."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.system.folders import remove

MOST_BYTES = 256_000_000
_PREFIX = "resonance-perf."
_NAME = re.compile(re.escape(_PREFIX) + r"[a-z0-9_]{8}")
_USUAL = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  # only compared with


@contextmanager
def scratch(below: str | None = None) -> Iterator[str]:
    """The path of an empty folder, below the one for temporary files, that is gone afterwards with everything in it.

    The path always has the same length: where a program keeps its arguments decides what some tools count. The folder
    is locked while we use it, so that `sweep` knows those that a killed process has left.

    Raises:
        ResonanceError: when there is no folder for temporary files.
    """
    folder, lock = _made(below or temporary_folder())
    try:
        yield folder
    finally:
        remove(folder)
        os.close(lock)


def _made(below: str) -> tuple[str, int]:
    """A new folder, and the descriptor that locks it."""
    while True:
        folder = tempfile.mkdtemp(prefix=_PREFIX, dir=below)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with suppress(OSError):  # a file system without locks: nothing is swept there
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock).st_nlink:
            return folder, lock
        os.close(lock)  # swept before it was locked


def sweep(below: str | None = None) -> None:
    """Remove the scratch folders of this user that no living process has locked; links are not followed.

    Where anybody may rename what is ours, nothing is removed.
    """
    with suppress(OSError, ResonanceError):
        below = below or temporary_folder()
        mode = os.stat(below).st_mode
        if mode & (stat.S_IWGRP | stat.S_IWOTH) and not mode & stat.S_ISVTX:
            return
        with os.scandir(below) as entries:
            left = [one.path for one in entries if _NAME.fullmatch(one.name)]
        for path in left:
            with suppress(OSError):
                _remove_left(path)


def _remove_left(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(path)
    finally:
        os.close(descriptor)


def temporary_folder() -> str:
    """Where temporary files are kept. Python would take the folder that we are in at last: that is somebody's work.

    Raises:
        ResonanceError: when there is none that may be written to.
    """
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        folder = os.getcwd()
    named = [os.path.abspath(os.environ[name]) for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)]
    if folder == os.getcwd() and folder not in (*_USUAL, *named):
        raise ResonanceError("no folder for temporary files may be written to", hint="Set TMPDIR to one.")
    return folder


def write_file(folder: str, name: str, text: str) -> None:
    """Write a file that a tool is given."""
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def read_files(folder: str) -> tuple[tuple[str, bytes], ...]:
    """(name, content) of every regular file in the folder, by name; links are not followed.

    Raises:
        BenchmarkError: when they have more than 256 MB together.
    """
    found, left = [], MOST_BYTES
    with os.scandir(folder) as entries:
        paths = sorted((one.name, one.path) for one in entries if one.is_file(follow_symlinks=False))
    for name, path in paths:
        with open(path, "rb") as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise BenchmarkError(
                f"the tool left more than {MOST_BYTES // 1_000_000} MB ({name} and before)",
                hint="Measure less at a time.",
            )
        found.append((name, data))
    return tuple(found)
