"""pyinstrument: where the main thread of a Python program spends its time, from its first line to its last.

Traps: it sees one thread, so nothing of a server that answers on others. It is asked at every call, which makes short
functions look slower than they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import plain, python_inside

PROGRAM = Program(name="pyinstrument", install="python3 -m pip install pyinstrument, for the Python of the command")
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "wall"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    return python_inside.wrap(argv, "pyinstrument", "times.py", serves=serves, seconds=seconds)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "pyinstrument")
