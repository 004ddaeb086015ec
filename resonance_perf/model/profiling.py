"""What a profiler declares, is given, and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from resonance_perf.model.benchmark import Argv, Env
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile

Runtime = Literal["python", "node", "go", "jvm", "native", "browser"]
"""What a program is run by, which decides who can look into it."""
Resource = Literal["cpu", "wall", "memory", "calls", "off-cpu", "lag", "instructions"]
"""What a profile accounts for."""
Permission = Literal["ptrace", "perf-events", "bpf"]
"""Looking into another process; counting and sampling by the kernel; programs in the kernel."""

PROFILERS = "resonance_perf.profilers"
"""The entry points by which profilers are found, ours and those of other packages."""
LONGEST_S = 120.0
"""A profiler that takes longer for one profile hangs, as far as anybody knows, unless a person gave it longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """How a program is started so that it is profiled. `{out}` in `argv`, `env` and `beside` is an empty folder, in
    which the profiler leaves its files; `{given}` is a folder with the `provided` files (name, text); `{python}` is our
    own interpreter, `{packages}` where its packages lie.

    A server is profiled while it is under load, without its start. Either `beside` is a program that is started then
    and ended by SIGINT after the load: it attaches to `{pid}`, or asks `{port}`. Or a process that leaves a file
    `NAME.listens` in `{out}`, which holds its id and a signal's number, gets that signal when the load begins and when
    it has ended, and leaves a file `NAME.written` when it has written what it saw.

    A program that ends by itself is run `times` over, so that one of milliseconds shows something. Where the profiler
    hides how it ended, a file `exit` in `{out}` holds its exit code, the seconds of a run, and how many there were;
    `NAME.spent` holds the seconds that belong to the profiler alone. `then` is run in the end, with the same folders,
    and makes what was left readable.
    """

    argv: Argv
    env: Env = ()
    provided: tuple[tuple[str, str], ...] = ()
    beside: Argv = ()
    then: Argv = ()
    times: int = 1


class Profiling(Protocol):
    """A module that says how one profiler is started, and reads what it left; pure.

    It is found through the entry point group `resonance_perf.profilers`, under the name that people call it by.
    """

    __doc__: str | None
    """`NAME: what it looks at.`"""
    PROGRAM: Program
    RUNTIMES: Sequence[Runtime]
    RESOURCE: Resource
    NEEDS: Sequence[Permission]
    """What the system may refuse it."""

    def wrap(self, argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
        """Start `argv` under the profiler. `serves`: it is a server, which is ended by a signal. `seconds`: how long
        the load or the program takes without it.

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
