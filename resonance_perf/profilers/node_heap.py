"""node-heap: which functions of a program of Node allocate, what was freed again included, sampled by V8.

Traps: one in 16 KiB is seen, so small numbers are rough. Buffers lie outside of V8's heap and are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import node_inside, plain

PROGRAM = node_inside.PROGRAM
RUNTIMES: Sequence[Runtime] = ("node",)
RESOURCE: Resource = "memory"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # the same rate, whatever it takes
    """See `Profiling`."""
    return node_inside.wrap(argv, "heap", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "node-heap")
