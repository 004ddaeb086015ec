"""One daemon per clone, one measurement at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from resonance_perf.model.errors import ResonanceError


class LockHeldError(ResonanceError):
    """Another process of ours holds the lock."""


@contextmanager
def locked(
    path: str, what: str, hint: str = "Try again when it is done (see: resonance-perf status), or stop it."
) -> Iterator[None]:
    """Hold the lock `path` while the block runs; the system lets go of it when the process dies.

    Raises:
        LockHeldError: at once, when another process holds it; says which.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise LockHeldError(f"{what} (process {pid})", hint=hint) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(path: str) -> int | None:
    """The process that holds the lock now, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(descriptor, 32, 0) or 0)
    else:
        return None
    finally:
        os.close(descriptor)
