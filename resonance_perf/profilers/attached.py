"""What prints what it saw of a running process when it is interrupted: how it is started beside a server."""

from __future__ import annotations

from collections.abc import Mapping

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profiling import Wrapping
from resonance_perf.profilers.nothing import NothingSeenError

TOLD = "told"
_INTO_FILE = 'out="$0"; exec "$@" > "$out/told"'


def beside(argv: Argv, name: str, *command: str, provided: tuple[tuple[str, str], ...] = (), serves: bool) -> Wrapping:
    """Start `command` when the load begins; what it prints is in the file `TOLD`.

    Raises:
        ValueError: when there is no server.
    """
    if not serves:
        raise ValueError(f"ends before {name} can look up the names of its functions: it looks at servers")
    return Wrapping(argv=argv, beside=("sh", "-c", _INTO_FILE, "{out}", *command), provided=provided)


def told(files: Mapping[str, bytes], name: str) -> bytes:
    """What was printed.

    Raises:
        NothingSeenError: when nothing was.
    """
    if not (found := files.get(TOLD, b"")).strip():
        raise NothingSeenError(f"{name} saw nothing")
    return found
