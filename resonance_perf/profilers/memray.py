"""memray: which code of a Python program allocates, and what of it lives at the peak.

Traps: small objects that Python keeps in its own pools are seen when a pool grows; child processes are not seen. It
must be importable by the program's Python, or installed beside us for the same version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import plain, python_inside

PROGRAM = Program(name="memray", install="python3 -m pip install memray, for the Python of the command")
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "memory"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # it records everything
    """See `Profiling`."""
    return python_inside.wrap(argv, "memray", "allocations.py", serves=serves, reads="allocated.py")


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "memray")
