"""Two files change places in one step, so that what was replaced can still be looked at, and put back."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import cache

_AT_FDCWD = -100
_EXCHANGE_LINUX = 2
_SWAP_MAC = 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def exchange(one: str, other: str) -> bool:
    """Let two files of one folder change names; False where the system cannot.

    Raises:
        OSError: when one of them is not there, or may not be moved.
    """
    call = _call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = _errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), other)


def _errno() -> int:
    import ctypes

    return ctypes.get_errno()


@cache
def _call() -> Callable[[bytes, bytes], int] | None:
    import ctypes  # 8 ms that commands which only read do not pay

    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return lambda one, other: int(library.renamex_np(one, other, _SWAP_MAC))
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        return lambda one, other: int(library.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE_LINUX))
    return None
