"""biolatency: how long the disk takes while a server is under load (eBPF).

Traps: the whole machine's disks are looked at, whoever asks them: the page cache hides the process. It knows how many
requests took how long, to a factor of two; what is told is the least that they can have taken together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import attached
from resonance_perf.profiles.formats import histogram

PROGRAM = Program(name="biolatency", install="apt-get install libbpf-tools")
RUNTIMES: Sequence[Runtime] = ("native", "go", "python", "node", "jvm")
RESOURCE: Resource = "lag"
NEEDS: Sequence[Permission] = ("bpf",)


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # every request is seen
    """See `Profiling`."""
    return attached.beside(argv, "biolatency", "biolatency", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return histogram.read(attached.told(files, "biolatency"), "biolatency")
