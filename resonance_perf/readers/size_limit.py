"""size-limit: the document of `--json`: bytes of each of its checks.

Traps: a file that is missing passes with the size -16; we call that a failed run. A size is that of brotli unless the
check says otherwise, which is not told.
"""

from __future__ import annotations

from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "12.1.0"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.lstrip().startswith(b"[") and b'"passed"' in head and b'"size"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    return tuple(
        Reading(name=one["name"], metrics=(exactly("size", "B", one["size"]),))
        if one.get("size", -1) >= 0
        else Reading(name=one["name"], failed="no file was there to be measured")
        for one in found
    )
