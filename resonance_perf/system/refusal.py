"""What the system says when a file cannot be used, as a sentence with a hint."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from resonance_perf.model.errors import WriteRefusedError


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn an error of the system into a sentence about the file `name`.

    Raises:
        WriteRefusedError: instead of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise _refused(error, name) from error


def _refused(error: OSError, name: str) -> WriteRefusedError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return WriteRefusedError(f"{name} was not written: the disk is full", hint="Free space; nothing is lost.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = f"Allow it: chmod u+rw {name}"
        return WriteRefusedError(f"{name} or its folder may not be read or is read-only", hint=hint)
    if error.errno == errno.ENOENT:
        hint = "Run `resonance-perf init`: it writes what is not there."
        return WriteRefusedError(f"{name} is missing", hint=hint)
    return WriteRefusedError(f"{name} cannot be used: {error.strerror or error}", hint="Put a regular file there.")
