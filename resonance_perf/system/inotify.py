"""Folders under the eye of the Linux kernel. What it could not see or keep, it says."""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator

_CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x8, 0x40, 0x80, 0x100, 0x200
_MOVE_SELF, _OVERFLOW, _IGNORED = 0x800, 0x4000, 0x8000
_ONLYDIR, _DONT_FOLLOW, _EXCL_UNLINK, _ISDIR = 0x1000000, 0x2000000, 0x4000000, 0x40000000
# Neither OPEN, ACCESS nor CLOSE_NOWRITE: our own walk through the tree would raise them, and a walk after an overflow
# would overflow the queue again, for ever. Nor MODIFY: a file that is being written is news once it is closed.
_MASK = _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _MOVE_SELF | _ONLYDIR | _DONT_FOLLOW | _EXCL_UNLINK
_HEAD = struct.Struct("iIII")  # wd, mask, cookie, length of the name
_BUFFER_BYTES = 256 * 1024
HOT_S = 0.01
GATHER_S = 0.004
"""In a storm, let events of the same file gather for so long: reading one by one costs three times the work."""


class Inotify:
    """Watches the folders in `roots` and all below them that are `wanted`, those that are yet to come too.

    Not for use by several threads at once, except `wake`.

    Raises:
        OSError: when the system gives no more inotify instances, or a root cannot be watched or is gone (also from
            `read`).
    """

    def __init__(self, roots: tuple[str, ...], wanted: Callable[[str], bool]) -> None:
        self.full = False
        """True while folders go unwatched because the system allows no more watches."""
        self._roots = roots
        self._wanted = wanted
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._folders: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._wake = os.eventfd(0, os.EFD_CLOEXEC)
        self._descriptor = -1
        self._read_at = 0.0
        try:
            self._open()
        except OSError:
            self.close()
            raise

    def read(self) -> tuple[list[str], str] | None:
        """Wait for changes: their paths, each once, and why there may be more (or nothing). None after `wake`."""
        while True:
            ready = {descriptor for descriptor, _ in self._poll.poll()}
            if self._wake in ready:
                return None
            if time.monotonic() - self._read_at < HOT_S:
                time.sleep(GATHER_S)
            self._read_at = time.monotonic()
            paths: dict[str, None] = {}
            for watch, mask, name in _parsed(os.read(self._descriptor, _BUFFER_BYTES)):
                if mask & _OVERFLOW:
                    # A queue of our own making again: what was lost may be a new folder, or the end of one.
                    self._open()
                    return list(paths), "the kernel's queue of file events overflowed"
                self._take(watch, mask, name, paths)
            if paths:
                return list(paths), ""

    def wake(self) -> None:
        """End a waiting `read`."""
        os.eventfd_write(self._wake, 1)

    def close(self) -> None:
        """Give everything back to the system."""
        for descriptor in (self._descriptor, self._wake):
            if descriptor >= 0:
                os.close(descriptor)
        self._descriptor = self._wake = -1

    def _open(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
        self._folders.clear()
        self._watches.clear()
        self.full = False
        self._descriptor = self._libc.inotify_init1(os.O_CLOEXEC)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)
        for root in self._roots:
            for _ in self._walk(root):
                pass

    def _walk(self, top: str) -> Iterator[str]:
        """Watch `top` and what is wanted below it; yield the files that lie there already.

        A folder is watched before it is listed, so that nothing slips in between. Breadth first: when watches run
        out, it is the deep folders that go without.
        """
        waiting = deque([top])
        while waiting:
            folder = waiting.popleft()
            if not self._watch(folder):
                continue
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if not entry.is_dir(follow_symlinks=False):
                            yield entry.path
                        elif self._wanted(entry.path):
                            waiting.append(entry.path)
            except OSError:  # gone again, or not for us to read: git cannot read it either
                continue

    def _watch(self, folder: str) -> bool:
        if self.full:
            return False
        watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _MASK)
        if watch < 0:
            error = ctypes.get_errno()
            self.full = error in (errno.ENOSPC, errno.ENOMEM)
            if folder in self._roots and not self.full:
                raise OSError(error, os.strerror(error), folder)
            return False
        known = self._folders.get(watch)
        if known is not None:  # the same folder under another name: it was moved
            self._watches.pop(known, None)
        self._folders[watch] = folder
        self._watches[folder] = watch
        return True

    def _take(self, watch: int, mask: int, name: bytes, paths: dict[str, None]) -> None:
        """Put what one event tells into `paths`."""
        folder = self._folders.get(watch)
        if folder is None:
            return
        path = f"{folder}/{os.fsdecode(name)}"
        if mask & (_IGNORED | _MOVE_SELF):
            if folder in self._roots:
                raise OSError(errno.ENOENT, "moved or removed", folder)
            if mask & _IGNORED:
                del self._folders[watch]
                self._watches.pop(folder, None)
        elif not mask & _ISDIR:
            paths[path] = None
        elif self._wanted(path):
            if mask & (_MOVED_FROM | _DELETE):
                paths[path] = None
                self._forget(path)
            else:
                paths.update(dict.fromkeys(self._walk(path)))

    def _forget(self, top: str) -> None:
        """Give up the watches of a folder that went away. One that was moved within the tree is walked anew."""
        for folder in [one for one in self._watches if one == top or one.startswith(top + "/")]:
            watch = self._watches.pop(folder)
            del self._folders[watch]
            self._libc.inotify_rm_watch(self._descriptor, watch)


def _parsed(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    start = 0
    while start < len(data):
        watch, mask, _, length = _HEAD.unpack_from(data, start)
        start += _HEAD.size + length
        yield watch, mask, data[start - length : start].rstrip(b"\0")
