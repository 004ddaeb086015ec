"""Files that people edit by hand: read strictly, written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable

from resonance_perf.model.errors import BadFileError, Location, Problem, WriteRefusedError

MOST_BYTES = 200_000_000
_TRIES = 20


def read_text(path: str, root: str) -> str:
    """The text of a file below `root`, byte for byte: line endings and a BOM are kept.

    Raises:
        BadFileError: when it is not UTF-8; names the place.
        WriteRefusedError: when it is a link that leaves `root`, a folder, or larger than 200 MB.
    """
    return _decoded(_read(_inside(path, root)), path, root)


def edit_file(path: str, root: str, edit: Callable[[str], str], *, create: str | None = None) -> bool:
    """Apply `edit` to the text of a file and replace it in one step; True when something changed.

    The file is read again just before it is replaced: when somebody saved it meanwhile, the edit is applied to what
    they saved. `create` is the text to start from when there is no file.

    Raises:
        BadFileError: when the file is not UTF-8.
        WriteRefusedError: when it may not or cannot be written; it is as it was then.
    """
    target = _inside(path, root)
    for _ in range(_TRIES):
        try:
            before: bytes | None = _read(target)
        except FileNotFoundError:
            if create is None:
                raise
            before = None
        text = create if before is None and create is not None else _decoded(before or b"", path, root)
        after = edit(text).encode("utf-8")
        if after == before:
            return False
        if _replace(target, before, after, path):
            return True
    raise WriteRefusedError(f"{_shown(path, root)} is being written all the time", hint="Try again when it is quiet.")


def _replace(target: str, before: bytes | None, after: bytes, path: str) -> bool:
    """Write beside the file and rename; False when the file is not `before` any more."""
    folder = os.path.dirname(target)
    draft = os.path.join(folder, f".{os.path.basename(target)}.{os.getpid()}.tmp")
    try:
        mode = 0o644 if before is None else stat.S_IMODE(os.stat(target).st_mode)
        if before is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with open(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        try:
            now: bytes | None = _read(target)
        except FileNotFoundError:
            now = None
        if now != before:
            os.unlink(draft)
            return False
        os.replace(draft, target)
        _sync_folder(folder)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise _refused(error, path) from error
    return True


def _refused(error: OSError, path: str) -> WriteRefusedError:
    name = os.path.basename(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WriteRefusedError(f"{name} was not written: the disk is full", hint="Free space; nothing is lost.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WriteRefusedError(
            f"{name} was not written: it or its folder is read-only", hint=f"Allow writing: chmod u+w {path}"
        )
    return WriteRefusedError(f"{name} was not written: {error.strerror or error}")


def _inside(path: str, root: str) -> str:
    """The real path of a file, which must lie below `root`."""
    target, top = os.path.realpath(path), os.path.realpath(root)
    if os.path.commonpath([target, top]) != top:
        raise WriteRefusedError(
            f"{_shown(path, root)} is a link to {target}, outside the repository",
            hint="Put a real file in its place; nothing was read or written.",
        )
    return target


def _read(target: str) -> bytes:
    if os.path.isdir(target):
        raise WriteRefusedError(f"{target} is a folder, not a file")
    with open(target, "rb") as file:
        if os.fstat(file.fileno()).st_size > MOST_BYTES:
            raise WriteRefusedError(f"{target} has more than {MOST_BYTES // 1_000_000} MB")
        return file.read()


def _decoded(data: bytes, path: str, root: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        problem = Problem(
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            Location(_shown(path, root), line, column),
            "Save the file as UTF-8; nothing was written.",
        )
        raise BadFileError([problem]) from error


def _shown(path: str, root: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
