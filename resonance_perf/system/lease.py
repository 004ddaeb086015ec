"""Whether somebody has a file open, as Linux tells it: a lease is given only where nobody is in the way.

While we hold one, an editor that opens the file waits in the kernel until we give it back: it neither sees half of what
we write, nor we half of what it writes. Elsewhere (macOS, network file systems, files of other owners) nobody tells.
"""

from __future__ import annotations

import errno
import fcntl
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum


class Held(Enum):
    """What became of the wish for a lease."""

    YES = "nobody else is at it"
    NO = "somebody else has it open"
    UNKNOWN = "the system does not say"


@contextmanager
def reading(descriptor: int) -> Iterator[Held]:
    """Keep writers out. NO: somebody has the file open for writing."""
    with _lease(descriptor, "F_RDLCK") as held:
        yield held


@contextmanager
def writing(descriptor: int) -> Iterator[Held]:
    """Keep everybody out of a file that we have open for reading and writing. NO: somebody else has it open."""
    with _lease(descriptor, "F_WRLCK") as held:
        yield held


@contextmanager
def _lease(descriptor: int, kind: str) -> Iterator[Held]:
    if sys.platform != "linux":
        yield Held.UNKNOWN
        return
    try:
        # The signal that somebody waits would end us by default; this one is ignored by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, getattr(fcntl, kind))
    except OSError as error:
        yield Held.NO if error.errno == errno.EAGAIN else Held.UNKNOWN
        return
    try:
        yield Held.YES
    finally:
        with suppress(OSError):  # broken by the system after 45 s
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
