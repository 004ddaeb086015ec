"""py-spy-wall: where the threads of a Python program are, computing or waiting: sleeps, locks, files, sockets.

Traps: a thread that waits for work is left out where its frames show that (selectors, thread pools, accept); those of
other servers are in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import spying
from resonance_perf.profiles.formats.words import WALL

PROGRAM = spying.PROGRAM
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "wall"
NEEDS: Sequence[Permission] = ("ptrace",)


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    return spying.wrap(argv, "--idle", serves=serves, seconds=seconds)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return spying.read(files, WALL)
