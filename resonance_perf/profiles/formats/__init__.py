"""One format of profiles per file: bytes → `Profile`, and back where other tools read it.

A format is a module that satisfies `Format`, registered as an entry point of `resonance_perf.profile_formats`.
"""

from __future__ import annotations

from typing import Protocol

from resonance_perf.model.profile import Profile

GROUP = "resonance_perf.profile_formats"
"""The entry points by which formats are found, ours and those of other packages."""


class Format(Protocol):
    """A module that reads one format of profiles, and writes it if it has a `write`."""

    __doc__: str | None
    """`NAME: whose it is.`"""

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file called `name` that begins with `head`, unzipped, is certainly of this format."""
        ...

    def read(self, data: bytes, name: str) -> Profile:
        """The profile in a file, which may be zipped with gzip. Times are told in nanoseconds.

        Raises:
            BadFileError: when it is not of this format; with the place where that shows.
        """
        ...


class WritableFormat(Format, Protocol):
    """A format that others read, too."""

    def write(self, profile: Profile) -> bytes:
        """The profile as a file; what the format cannot hold is left out, as its docstring says.

        Raises:
            UsageError: when the format has no place for what the profile counts.
        """
        ...
