"""Foreign bytes to a profile, with limits: what a reader trips over becomes a sentence."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import wraps
from math import isfinite
from typing import Any

from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.readers import source

bad = source.bad
"""For a place that a reader knows."""
Read = Callable[[bytes, str], Profile]

MOST_BYTES = source.MOST_BYTES
_MOST_PIECES = 100
"""What is left of a file is copied for each."""
_GZIP = b"\x1f\x8b"
_TRIPPED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)


def reads(kind: str) -> Callable[[Read], Read]:
    """Make a reader of plain files of the format `kind` one that keeps the promises of `Format.read`.

    The reader may raise LookupError, TypeError, AttributeError, ValueError or ArithmeticError where the file is not
    what its tools write.
    """

    def made(read: Read) -> Read:
        @wraps(read)
        def kept(data: bytes, name: str) -> Profile:
            try:
                return _checked(read(plain(data, name), name))
            except ResonanceError:
                raise
            except _TRIPPED as error:
                what = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
                raise bad(name, f"this is not a {kind} profile ({what})", "Was it cut off?") from error

        return kept

    return made


def plain(data: bytes, name: str, most: int = MOST_BYTES) -> bytes:
    """The file, unzipped if it is zipped with gzip.

    Raises:
        BadFileError: when it is damaged, or has more than `most` bytes.
    """
    parts: list[bytes] = []
    left = most
    while data.startswith(_GZIP):
        if len(parts) == _MOST_PIECES:
            raise bad(name, "this gzip file has too many pieces", "No tool writes that.")
        unzip = zlib.decompressobj(wbits=31)
        try:
            parts.append(unzip.decompress(data, left + 1))
        except zlib.error as error:
            raise bad(name, f"gzip cannot unzip this ({error})", "Was it cut off?") from error
        left -= len(parts[-1])
        if left >= 0 and not unzip.eof:
            raise bad(name, "this gzip file ends too early", "Was it cut off?")
        data = unzip.unused_data if left >= 0 else b""
    if len(data) > most or left < 0:
        raise bad(name, f"this has more than {most // 1_000_000} MB", "Record for a shorter time.")
    return b"".join(parts) if parts else data


def head(data: bytes, size: int) -> bytes:
    """The first bytes of the file, unzipped as far as they can be."""
    if not data.startswith(_GZIP):
        return data[:size]
    try:
        return zlib.decompressobj(wbits=31).decompress(data, size)
    except zlib.error:
        return b""


def document(data: bytes, name: str) -> Any:  # whatever JSON holds
    """The JSON value in a plain file.

    Raises:
        BadFileError: names the place where it is not JSON.
    """
    return source.document(io.BytesIO(data), name)


def lines(data: bytes) -> list[str]:
    """The lines of a plain file of text; bytes that are not UTF-8 become U+FFFD, because names are only shown."""
    return data.decode("utf-8-sig", "replace").split("\n")


def _checked(profile: Profile) -> Profile:
    if not all(map(isfinite, (profile.seconds, profile.period))):
        raise ValueError("its duration is no number")
    for stack in profile.stacks:
        if len(stack.values) != len(profile.types) or not all(map(isfinite, stack.values)):
            raise ValueError(f"a stack has the values {stack.values} for {len(profile.types)} types")
    return profile
