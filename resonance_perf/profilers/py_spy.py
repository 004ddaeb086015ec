"""py-spy: where a Python program computes, on all its threads and in its child processes, sampled from outside.

Traps: what is told is the time with the interpreter's lock: neither waiting (py-spy-wall shows that) nor C code that
gives the lock away, such as hashes of large data. It looks into another process: a container needs
`--cap-add SYS_PTRACE`, macOS needs root.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import spying
from resonance_perf.profiles.formats.words import CPU

PROGRAM = spying.PROGRAM
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ("ptrace",)


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    return spying.wrap(argv, "--gil", serves=serves, seconds=seconds)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return spying.read(files, CPU)
