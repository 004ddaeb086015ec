"""The bytes of a file that people edit by hand: read when nobody is saving it, replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from resonance_perf.model.errors import WriteRefusedError
from resonance_perf.system.exchange import exchange
from resonance_perf.system.lease import Held, reading
from resonance_perf.system.refusal import refusing

MOST_BYTES = 200_000_000
DRAFT = ".resonance-perf"
_TRIES = 20
_PAUSES_S = tuple(min(0.0005 * 1.5**number, 0.1) for number in range(31))
"""Between looks at a file that is being saved: two seconds together."""
_FRESH_S = {Held.YES: 0.0, Held.NO: 0.0, Held.UNKNOWN: 0.05}
"""How long a file must have been left alone where the system does not say whether somebody has it open."""
_EMPTY_S = 0.5
"""How long an empty file must have been empty: editors cut a file to nothing before they write it."""
_GONE_S = 0.1
"""How long a file must be missing: editors move the old one away before they write the new one."""
_GRACE_S = 0.002
"""How long a replaced file is looked after: an editor that has found it may not have opened it yet."""


class BeingWrittenError(WriteRefusedError):
    """Another program saves the file and does not stop."""


def _read(target: str, name: str) -> bytes:
    with regular(target, os.O_RDONLY, name) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return file.read()


@contextmanager
def regular(target: str, flags: int, name: str) -> Iterator[int]:
    """A descriptor of a regular file. A pipe in its place does not block, and a link is not followed.

    Raises:
        WriteRefusedError: when it is something else, or larger than 200 MB.
    """
    descriptor = _open(target, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            what = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
            raise WriteRefusedError(f"{name} is {what}", hint="Put a file in its place.")
        if found.st_size > MOST_BYTES:
            raise WriteRefusedError(f"{name} has more than {MOST_BYTES // 1_000_000} MB", hint="Make it smaller.")
        yield descriptor
    finally:
        os.close(descriptor)


def _open(target: str, flags: int) -> int:
    for pause_s in _PAUSES_S:
        try:
            return os.open(target, flags)
        except BlockingIOError:  # a process of ours has a lease on it, for less than a write takes
            time.sleep(pause_s)
    return os.open(target, flags)


def settled(target: str, name: str) -> bytes:
    """The bytes of a file that nobody is saving: neither missing, cut to nothing nor half-written for a moment.

    Raises:
        WriteRefusedError: when there is no such file, it cannot be read, or it is larger than 200 MB.
        BeingWrittenError: when somebody has been writing for two seconds.
    """
    waited_s = 0.0
    with refusing(name):
        for pause_s in _PAUSES_S:
            try:
                data = _at_rest(target, name)
            except FileNotFoundError:
                if waited_s > _GONE_S:
                    raise
                data = None
            if data is not None:
                return data
            time.sleep(pause_s)
            waited_s += pause_s
    raise BeingWrittenError(f"{name} is being written all the time", hint="Try again when it is quiet.")


def _at_rest(target: str, name: str) -> bytes | None:
    """The bytes; None while somebody writes, or has just cut the file to nothing."""
    with (
        regular(target, os.O_RDONLY, name) as descriptor,
        reading(descriptor) as held,
        open(descriptor, "rb", closefd=False) as file,
    ):
        before = os.fstat(descriptor)
        fresh_s = time.time() - before.st_mtime
        if held is Held.NO or (0 <= fresh_s < (_EMPTY_S if before.st_size == 0 else _FRESH_S[held])):
            return None
        data = file.read()
        after = os.fstat(descriptor)
        unchanged = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
        return data if unchanged or held is Held.YES else None


def replace_file(target: str, before: bytes | None, after: bytes, name: str) -> bool:
    """Write beside the file and rename; False when the file is not `before` any more. The folder must be locked.

    Raises:
        WriteRefusedError: when the file is read-only.
        OSError: when it cannot be written.
    """
    draft = draft_of(target)
    try:
        old = None if before is None else os.stat(target)
        if old is not None:
            require_writable(target, old)
        drop(draft)  # left by a crash
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with open(descriptor, "wb") as file:
            if old is not None:
                with suppress(PermissionError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            file.write(after)
            file.flush()
            os.fsync(descriptor)
        return _put(draft, target, before, after, name)
    except (FileExistsError, FileNotFoundError):  # made, or moved away for a moment, by an editor
        return False
    finally:
        drop(draft)


def draft_of(target: str) -> str:
    """Where the new content of a file is written before it takes its place."""
    folder, base = os.path.split(target)
    return os.path.join(folder, f".{base}{DRAFT}")


def drop(draft: str) -> None:
    """Remove a draft, if it is there. The folder must be locked."""
    with suppress(FileNotFoundError):
        os.unlink(draft)


def _put(draft: str, target: str, before: bytes | None, after: bytes, name: str) -> bool:
    """Put the draft in the place of the target; False when that is not `before`: it stands where it stood then."""
    if before is None:
        os.link(draft, target)
        return True
    if _read(target, name) != before:
        return False
    if not exchange(draft, target):
        os.rename(draft, target)
        return True
    if _is_still(draft, before, name):
        time.sleep(_GRACE_S)
        if _is_still(draft, before, name):
            return True
    expected = after
    for _ in range(_TRIES):
        exchange(draft, target)
        if _is_still(draft, expected, name):
            break
        expected = _read(target, name)  # saved once more over ours: the newest stays
    return False


def _is_still(path: str, data: bytes, name: str) -> bool:
    """True when nobody has the file open for writing, and it holds this."""
    with regular(path, os.O_RDONLY, name) as descriptor, reading(descriptor) as held:
        return held is not Held.NO and os.fstat(descriptor).st_size == len(data) and _read(path, name) == data


def require_writable(target: str, found: os.stat_result) -> None:
    """Raise PermissionError for a file that is read-only, also where a rename or root could write it anyway.

    Raise FileNotFoundError when it is not `found` any more: an editor that moves it away for a moment made it look so.
    """
    if stat.S_IMODE(found.st_mode) & 0o222 and os.access(target, os.W_OK):
        return
    if not os.path.samestat(os.stat(target), found):
        raise FileNotFoundError(errno.ENOENT, "replaced meanwhile")
    raise PermissionError(errno.EACCES, "read-only")
