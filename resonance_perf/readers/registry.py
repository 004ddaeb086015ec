"""Which readers are installed, and a file read by one of them, with sentences for whatever goes wrong."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, cast

from resonance_perf.model import plugins
from resonance_perf.model.errors import UsageError
from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take
from resonance_perf.readers import GROUP, HEAD_BYTES, Reader, Series, Taking
from resonance_perf.readers.source import bad

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError, csv.Error)
"""What a reader may raise where a file is not what its tool writes."""


def installed() -> dict[str, EntryPoint]:
    """Every reader by the name of its tool; none of them is loaded yet."""
    return plugins.installed(GROUP)


def read_stream(
    source: IO[bytes], name: str, tool: str | None, warmup_s: float = 0.0, takes: Sequence[Take] = ()
) -> tuple[str, Sequence[Reading]]:
    """(the tool, what its file holds after the first `warmup_s`). Without a `tool`, the one reader that recognises it.

    `takes` are for a reader that has to be told what to take.

    Raises:
        UsageError: when there is no such tool, or not exactly one recognises the file.
        BadFileError: when the file is not what the tool writes.
    """
    known = installed()
    tool = tool or _recognised(source, name, known)
    if tool not in known:
        raise UsageError(f'there is no reader for "{tool}"', hint=f"There are {', '.join(known)}.")
    try:
        reader = loaded(known[tool])
        if takes:
            if not hasattr(reader, "read_taken"):
                raise UsageError(f"{tool} takes what it knows", hint="Only a reader of any file is told what to take.")
            return tool, cast("Taking", reader).read_taken(source, name, takes)
        if not warmup_s:
            return tool, reader.read(source, name)
        return tool, cast("Series", reader).read_warm(source, name, warmup_s)  # its driver asks for what it can
    except _UNREADABLE as error:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        hint = "Is it another format of that tool? docs/tools.md says what is read."
        raise bad(name, f"this is not what {tool} writes ({what})", hint) from error


def loaded(entry: EntryPoint) -> Reader:
    """The reader behind an entry point.

    Raises:
        UsageError: when it cannot be loaded.
    """
    return cast("Reader", plugins.load(entry, "reader"))


def _recognised(source: IO[bytes], name: str, known: dict[str, EntryPoint]) -> str:
    head = source.read(HEAD_BYTES)
    source.seek(0)
    if not head:
        raise UsageError(f"{name} is empty", hint="Did the tool that was to write it fail?")
    found = [tool for tool, entry in known.items() if loaded(entry).recognises(name, head)]
    if len(found) != 1:
        what = f"could be of {' or '.join(found)}" if found else "is of no tool that is known here"
        hint = f"Say which: resonance-perf import TOOL FILE. There are {', '.join(known)}."
        raise UsageError(f"{name} {what}", hint=hint)
    return found[0]
