"""node-lag: which functions of a program of Node hold its event loop up for more than 20 ms.

Traps: what is told is the time beyond the moment when the loop should have turned, each time that it was late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import node_inside, plain

PROGRAM = node_inside.PROGRAM
RUNTIMES: Sequence[Runtime] = ("node",)
RESOURCE: Resource = "lag"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # the same rate, whatever it takes
    """See `Profiling`."""
    return node_inside.wrap(argv, "lag", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "node-lag")
