"""python-cpu: where the main thread of a Python program computes, by the system's timer of CPU time.

Traps: what it sees is not moved by neighbours. It profiles a program that ends by itself, and of that neither other
threads nor child processes that are not forked. A long call into C is told to the line that called it.
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
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    if serves:
        raise ValueError("is a server, whose main thread waits mostly, and python-cpu sees that one")
    return python_inside.wrap(argv, "python-cpu", "cpu.py", serves=serves, seconds=seconds)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    return plain.read(files, "python-cpu")
