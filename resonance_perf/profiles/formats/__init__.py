"""One format of profiles per file: bytes → `Profile`, and back where other tools read it."""

from __future__ import annotations

from typing import Protocol

from resonance_perf.model.profile import Profile


class Format(Protocol):
    """A module that reads one format of profiles, and writes it if it has a `write`."""

    __doc__: str | None
    """`NAME: whose it is.`"""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file called `name` that begins with `head` is of this format."""
        ...

    def read(self, data: bytes, name: str) -> Profile:
        """The profile in a file.

        Raises:
            BadFileError: when it is not of this format; with the place where that shows.
        """
        ...


class WritableFormat(Format, Protocol):
    """A format that others read, too."""

    def write(self, profile: Profile) -> bytes:
        """The profile as a file; what the format cannot hold is left out, as its docstring says."""
        ...
