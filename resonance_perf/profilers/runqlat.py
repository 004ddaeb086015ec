"""runqlat: for how long threads of a server wait for a CPU that is busy with others (eBPF).

Traps: it knows how many waits were how long, to a factor of two, and no stacks: what is told is the least that they can
have taken together. Noisy neighbours make it grow as well as more threads do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import attached
from resonance_perf.profiles.formats import histogram

PROGRAM = Program(name="runqlat", install="apt-get install libbpf-tools")
RUNTIMES: Sequence[Runtime] = ("native", "go", "python", "node", "jvm")
RESOURCE: Resource = "lag"
NEEDS: Sequence[Permission] = ("bpf",)


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # every wait is seen
    """See `Profiling`."""
    return attached.beside(argv, "runqlat", "runqlat", "-p", "{pid}", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return histogram.read(attached.told(files, "runqlat"), "runqlat")
