"""cprofile: how often each function of a Python program is called, exactly, and by whom.

Traps: it knows a caller and whom it calls, no longer stacks. Times are those of a program that is slowed down by it.
Functions that were still running in the end are not counted, nor are child processes that are not forked.
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
RESOURCE: Resource = "calls"
NEEDS: Sequence[Permission] = ()
NOTE = "a stack is a caller and what it calls"


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # it counts, whatever it takes
    """See `Profiling`."""
    return python_inside.wrap(argv, "cProfile", "calls.py", serves=serves)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "cProfile", NOTE)
