"""asyncio-lag: which functions hold the event loop of a Python program up for more than 20 ms at a time.

Traps: what is told is the time beyond 20 ms of each callback. A loop of uvloop is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import plain, python_inside

PROGRAM = Program(name="python3", install="it is part of Python")
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "lag"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # it looks at the same distance, whatever it takes
    """See `Profiling`."""
    return python_inside.wrap(argv, "asyncio-lag", "lag.py", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "asyncio-lag")
