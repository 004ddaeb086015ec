"""One outside tool per file: what it wrote -> readings. Pure: a reader is given an open stream and opens nothing.

A reader is a module that satisfies `Reader`, registered as an entry point of the group `resonance_perf.readers`, ours
like everybody's (docs/extending.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Protocol

from resonance_perf.model.reading import Reading
from resonance_perf.model.take import Take

GROUP = "resonance_perf.readers"
HEAD_BYTES = 4096
"""So much of a file is shown to `recognises`."""
NOTHING_LEFT = "nothing is left of it after the warm-up"


class Reader(Protocol):
    """A module that reads the files of one tool."""

    __doc__: str | None
    """Its first line says what it reads."""
    TRIED: str
    """The version of the tool whose real output the tests read, or that they run; may be left out."""

    def recognises(self, name: str, head: bytes) -> bool:
        """True when a file of this name that begins so is certainly this tool's."""
        ...

    def read(self, source: IO[bytes], name: str) -> Sequence[Reading]:
        """Everything that the file holds. What is missing in it is missing, never 0 and never guessed.

        May raise LookupError, TypeError, AttributeError, ValueError, ArithmeticError or csv.Error where the file is not
        what the tool writes: whoever calls makes a sentence of it.

        Raises:
            ResonanceError: when the file cannot be used; says why.
        """
        ...


class Taking(Reader, Protocol):
    """A reader of files that any program may have written, which is told what to take."""

    def read_taken(self, source: IO[bytes], name: str, takes: Sequence[Take]) -> Sequence[Reading]:
        """As `read`, with one metric for each of `takes`."""
        ...


class Series(Reader, Protocol):
    """A reader of files that tell when each request was."""

    def read_warm(self, source: IO[bytes], name: str, warmup_s: float) -> Sequence[Reading]:
        """As `read`, without what was in the first `warmup_s`."""
        ...
