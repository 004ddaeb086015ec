"""offcputime: for how long a server does not run, and what makes it wait: locks, disk, network, sleep (eBPF).

Traps: a thread that waits for its next request waits, too; a change of what waits per request is what tells. The tool
of libbpf-tools is meant, which needs no headers of the kernel; the one of bcc has the same name on some systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import attached
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import offcputime

PROGRAM = Program(name="offcputime", install="apt-get install libbpf-tools")
RUNTIMES: Sequence[Runtime] = ("native", "go")
RESOURCE: Resource = "off-cpu"
NEEDS: Sequence[Permission] = ("bpf",)


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # every wait is seen
    """See `Profiling`."""
    return attached.beside(argv, "offcputime", "offcputime", "-p", "{pid}", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    profile = offcputime.read(attached.told(files, "offcputime"), "offcputime")
    if not profile.stacks:
        raise NothingSeenError("offcputime saw nothing of the server")
    return profile
