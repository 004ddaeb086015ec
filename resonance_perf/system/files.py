"""Files that people edit by hand: read strictly, written whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from resonance_perf.model.errors import BadFileError, Location, Problem, WriteRefusedError

MOST_BYTES = 200_000_000
_TRIES = 20


def read_text(path: str, root: str) -> str:
    """The text of a file below `root`, byte for byte: line endings and a BOM are kept.

    Raises:
        BadFileError: when it is not UTF-8; names the place.
        WriteRefusedError: when it is missing, is a link that leaves `root`, no regular file, or larger than 200 MB.
    """
    name = shown(path, root)
    return _decoded(read_bytes(inside(path, root), name), name)


def edit_file(path: str, root: str, edit: Callable[[str], str], *, create: str | None = None) -> bool:
    """Apply `edit` to the text of a file and replace it in one step; True when something changed.

    The file is read again just before it is replaced: when somebody saved it meanwhile, the edit is applied to what
    they saved. `create` is the text to start from when there is no file; its folder is made then.

    Raises:
        BadFileError: when the file is not UTF-8, or the edit says so; names the place.
        WriteRefusedError: when it may not or cannot be written; it is as it was then.
    """
    target, name = inside(path, root), shown(path, root)
    folder = os.path.dirname(target)
    with refusing(name):
        if create is not None:
            os.makedirs(folder, exist_ok=True)
        with locked(folder) as folder_descriptor:
            for _ in range(_TRIES):
                before = None if create is not None and not os.path.lexists(target) else read_bytes(target, name)
                text = create or "" if before is None else _decoded(before, name)
                after = _encoded(_edited(edit, text, name), name)
                if after == before:
                    return False
                if replace_file(target, before, after, name):
                    os.fsync(folder_descriptor)
                    return True
    raise WriteRefusedError(f"{name} is being written all the time", hint="Try again when it is quiet.")


def inside(path: str, root: str) -> str:
    """The real path of a file, which must lie below `root`.

    Raises:
        WriteRefusedError: when a link leads out of it.
    """
    target, top = os.path.realpath(path), os.path.realpath(root)
    if os.path.commonpath([target, top]) != top:
        hint = "Put a real file in its place; nothing was read or written."
        raise WriteRefusedError(f"{shown(path, root)} is a link to {target}, outside the repository", hint=hint)
    return target


def shown(path: str, root: str) -> str:
    """The path as it is said to people: relative to the root, with `/`."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def read_bytes(target: str, name: str) -> bytes:
    """The bytes of a regular file that is not a link.

    Raises:
        WriteRefusedError: when there is no such file, it cannot be read, or it is larger than 200 MB.
    """
    with (
        refusing(name),
        regular(target, os.O_RDONLY, name) as descriptor,
        open(descriptor, "rb", closefd=False) as file,
    ):
        return file.read()


@contextmanager
def regular(target: str, flags: int, name: str) -> Iterator[int]:
    """A descriptor of a regular file. A pipe in its place does not block, and a link is not followed.

    Raises:
        WriteRefusedError: when it is something else, or larger than 200 MB.
    """
    descriptor = os.open(target, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
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


@contextmanager
def locked(folder: str) -> Iterator[int]:
    """Hold the folder against other processes of ours; gives its descriptor.

    The folder and not the file, because a file is replaced when it is written. Editors know nothing of this lock.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a file system without locks, such as some network ones: the re-read has to do
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def replace_file(target: str, before: bytes | None, after: bytes, name: str) -> bool:
    """Write beside the file and rename; False when the file is not `before` any more. The folder must be locked.

    Raises:
        WriteRefusedError: when the file is read-only.
        OSError: when it cannot be written.
    """
    folder, base = os.path.split(target)
    draft = os.path.join(folder, f".{base}.resonance-perf")
    old = None if before is None else os.stat(target)
    if old is not None:
        require_writable(target, old)
    try:
        with suppress(FileNotFoundError):
            os.unlink(draft)  # left by a crash
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with open(descriptor, "wb") as file:
            if old is not None:
                with suppress(PermissionError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            file.write(after)
            file.flush()
            os.fsync(descriptor)
        now = read_bytes(target, name) if os.path.lexists(target) else None
        if now != before:
            return False
        os.rename(draft, target)
        return True
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)


def require_writable(target: str, found: os.stat_result) -> None:
    """Raise PermissionError for a file that is read-only, also where a rename or root could write it anyway."""
    if not stat.S_IMODE(found.st_mode) & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "read-only")


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Turn an error of the system into a sentence about the file."""
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


def _edited(edit: Callable[[str], str], text: str, name: str) -> str:
    """The edited text; what the edit complains of is said with the file's whole path."""
    try:
        return edit(text)
    except BadFileError as error:
        base = os.path.basename(name)
        raise BadFileError(
            [
                replace(one, location=replace(one.location, file=name)) if one.location.file == base else one
                for one in error.problems
            ]
        ) from error


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        place = Location(name, line, len(before.decode("utf-8")) + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8 (offset {error.start})"
        raise BadFileError([Problem(message, place, "Save the file as UTF-8; nothing was written.")]) from error


def _encoded(text: str, name: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WriteRefusedError(f"{name}: what was to be written is not Unicode", hint="Use plain text.") from error
