"""Which formats are installed, and a file read by the one that recognises it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from resonance_perf.model import plugins
from resonance_perf.model.errors import UsageError
from resonance_perf.model.profile import Profile
from resonance_perf.profiles.formats import GROUP, Format, WritableFormat, source

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

HEAD_BYTES = 16_384
"""So much of a file, unzipped, is shown to `recognises`."""


def installed() -> dict[str, EntryPoint]:
    """Every format by its name; none of them is loaded yet."""
    return plugins.installed(GROUP)


def read(data: bytes, name: str, kind: str | None = None) -> tuple[str, Profile]:
    """(the format, the profile in the file called `name`). Without `kind`, the one format that recognises it.

    Raises:
        UsageError: when there is no such format, or not exactly one recognises the file.
        BadFileError: when it is not what the format says.
    """
    known = installed()
    kind = kind or _recognised(data, name, known)
    return kind, loaded(_entry(known, kind)).read(data, name)


def write(profile: Profile, kind: str) -> bytes:
    """The profile in the format `kind`.

    Raises:
        UsageError: when there is no such format, or it cannot hold this profile, or others only read it.
    """
    known = installed()
    found = loaded(_entry(known, kind))
    if not hasattr(found, "write"):
        writable = ", ".join(name for name, entry in known.items() if hasattr(loaded(entry), "write"))
        raise UsageError(f"{kind} is read, not written", hint=f"Written are {writable}.")
    return cast("WritableFormat", found).write(profile)  # it has what makes the difference


def loaded(entry: EntryPoint) -> Format:
    """The format behind an entry point.

    Raises:
        UsageError: when it cannot be loaded.
    """
    return cast("Format", plugins.load(entry, "format"))


def _entry(known: dict[str, EntryPoint], kind: str) -> EntryPoint:
    if kind not in known:
        raise UsageError(f'there is no format "{kind}"', hint=f"There are {', '.join(known)}.")
    return known[kind]


def _recognised(data: bytes, name: str, known: dict[str, EntryPoint]) -> str:
    head = source.head(data, HEAD_BYTES)
    found = [kind for kind, entry in known.items() if loaded(entry).recognises(name, head)]
    if len(found) != 1:
        what = f"could be of the formats {' and '.join(found)}" if found else "has no format of profiles that is known"
        raise UsageError(f"{name} {what}", hint=f"Say which: there are {', '.join(known)}.")
    return found[0]
