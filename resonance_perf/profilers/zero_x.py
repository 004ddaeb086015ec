"""0x: which functions of a program of Node and of V8 itself compute, by the ticks of V8's log.

Traps: it looks from the start of a program to its end, so that it is not for servers. Ticks outside of any function,
half of them in a short program, are not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import ticks

PROGRAM = Program(name="0x", install="npm install -g 0x")
RUNTIMES: Sequence[Runtime] = ("node",)
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ()
_TICKS = "ticks.json"
_AS_TICKS = 'mv "$0/0x/ticks.json" "$0/ticks.json"; ended=$?; rm -rf "$0/0x"; exit $ended'


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # V8's own rate
    """See `Profiling`."""
    if serves:
        raise ValueError("is a server, which 0x would watch from its start on: node-cpu looks at it under load")
    command = ("0x", "--write-ticks", "--output-dir={out}/0x", "--", *argv)
    return Wrapping(argv=command, then=("sh", "-c", _AS_TICKS, "{out}"))


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        profile = ticks.read(files.get(_TICKS, b""), _TICKS)
    except ResonanceError as error:
        raise NothingSeenError("0x wrote no ticks") from error
    stacks = tuple(one for one in profile.stacks if one.frames)
    return Profile(types=profile.types, stacks=stacks, tool="0x")
