"""node-cpu: which functions of a program of Node compute, as V8 samples them every millisecond.

Traps: worker threads are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import node_inside
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import cpuprofile
from resonance_perf.profiles.formats.stacks import Stacks

PROGRAM = node_inside.PROGRAM
RUNTIMES: Sequence[Runtime] = ("node",)
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ()
PERIOD_NS = 1e6


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # the same rate, whatever it takes
    """See `Profiling`."""
    return node_inside.wrap(argv, "cpu", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    found = [cpuprofile.read(data, name) for name, data in sorted(files.items()) if name.endswith(".cpuprofile")]
    if not found:
        raise NothingSeenError("Node wrote no profile")
    told = Stacks()
    root = told.root()
    for stack in (stack for one in found for stack in one.stacks):
        told.add(
            told.walk(root, (replace(one, file=one.file.removeprefix("file://")) for one in stack.frames)),
            *stack.values,
        )
    seconds = max(one.seconds for one in found)
    return replace(found[0], stacks=told.told(), tool="node-cpu", seconds=seconds, period=PERIOD_NS)
