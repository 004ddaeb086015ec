"""Files that people edit by hand: read strictly, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import sleep

from resonance_perf.model.errors import BadFileError, Location, Problem, ResonanceError, WriteRefusedError
from resonance_perf.system.contents import DRAFT, BeingWrittenError, draft_of, drop, replace_file, settled
from resonance_perf.system.refusal import refusing

_TRIES = 50


def read_text(path: str, root: str) -> str:
    """The text of a file below `root`, byte for byte: line endings and a BOM are kept.

    Raises:
        BadFileError: when it is not UTF-8; names the place.
        WriteRefusedError: when it is missing, is a link that leaves `root`, no regular file, or larger than 200 MB.
    """
    name = shown(path, root)
    return _decoded(settled(inside(path, root), name), name)


def text_or_nothing(path: str, root: str) -> str:
    """The text of a file below `root`; nothing where there is none, or none that may be read."""
    try:
        return read_text(path, root) if os.path.isfile(path) else ""
    except ResonanceError:
        return ""


def edit_file(path: str, root: str, edit: Callable[[str], str], *, create: str | None = None) -> bool:
    """Apply `edit` to the text of a file and replace it in one step; True when something changed.

    What was replaced is looked at afterwards: when somebody saved it meanwhile, or still does, it is put back, and the
    edit is applied to what they saved. `create` is the text to start from when there is no file; its folder is made.

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
                before = None if create is not None and not os.path.lexists(target) else settled(target, name)
                text = create or "" if before is None else _decoded(before, name)
                after = _encoded(_edited(edit, text, name), name)
                if after == before:
                    drop(draft_of(target))  # a crash after this very write left it in the user's sight
                    return False
                if replace_file(target, before, after, name):
                    os.fsync(folder_descriptor)
                    return True
    raise BeingWrittenError(f"{name} is being written all the time", hint="Try again when it is quiet.")


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


def is_there(path: str) -> bool:
    """True when there is such a file, or will be within a moment: an editor moves the old one away first."""
    for pause_s in (0.005, 0.02, 0.05):
        if os.path.lexists(path):
            return True
        sleep(pause_s)
    return os.path.lexists(path)


def shown(path: str, root: str) -> str:
    """The path as it is said to people: relative to the root, with `/`."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def sweep(folder: str) -> None:
    """Remove the drafts that killed processes of ours have left in a folder, as far as that can be done."""
    if os.path.isdir(folder) and not os.path.islink(folder):
        with suppress(OSError), locked(folder):
            for name in os.listdir(folder):
                if name.startswith(".") and name.endswith(DRAFT):
                    drop(os.path.join(folder, name))


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
