"""What a profiler declares, is given, and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile

Runtime = Literal["python", "node", "go", "jvm", "native", "browser"]
"""What a program is run by, which decides who can look into it."""
Resource = Literal["cpu", "wall", "memory", "calls", "off-cpu", "lag", "instructions"]
"""What a profile accounts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """How a program is started so that it is profiled. `{out}` in `argv` and `env` is an empty folder, in which the
    profiler leaves its files; `{python}` is our own interpreter; `{given}` is a folder with the `provided` files
    (name, text)."""

    argv: Argv
    env: tuple[tuple[str, str | None], ...] = ()
    provided: tuple[tuple[str, str], ...] = ()


class Profiling(Protocol):
    """A module that says how one profiler is started, and reads what it left; pure.

    It is found through the entry point group `resonance_perf.profilers`, under the name that people call it by.
    """

    __doc__: str | None
    """`NAME: what it looks at.`"""
    PROGRAM: Program
    RUNTIMES: Sequence[Runtime]
    RESOURCE: Resource

    def wrap(self, argv: Argv, *, serves: bool) -> Wrapping:
        """Start `argv` under the profiler. `serves`: it is a server, which is ended by a signal.

        Raises:
            ValueError: when this program cannot be profiled so; the rest of a sentence that begins with the benchmark.
        """
        ...

    def read(self, files: Mapping[str, bytes]) -> Profile:
        """What it left, by name, as one profile.

        Raises:
            ResonanceError: when there is no profile in it; the hint is the command that cures it.
        """
        ...
