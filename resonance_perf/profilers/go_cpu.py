"""go-cpu: which functions of a program of Go compute, as its own runtime samples them 100 times a second.

Traps: `go test` profiles one package at a time. A server has to offer net/http/pprof on the port under load, and is
seen for the whole seconds of the load only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers import go_pprof

PROGRAM = go_pprof.PROGRAM
RUNTIMES: Sequence[Runtime] = ("go",)
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    return go_pprof.wrap(argv, "cpuprofile", "profile", serves=serves, seconds=seconds)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return go_pprof.read(files, "cpu")
