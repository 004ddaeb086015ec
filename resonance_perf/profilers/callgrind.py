"""callgrind: how many instructions each function of a native program runs, exactly, with whom it calls.

Traps: valgrind makes a program about 50 times slower, so a server is not run under it. Of programs that an interpreter
runs, it sees the interpreter's functions. It counts what the program itself runs, not the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import callgrind
from resonance_perf.profiles.formats.stacks import Stacks

PROGRAM = Program(name="valgrind", install="apt-get install valgrind")
RUNTIMES: Sequence[Runtime] = ("native",)
RESOURCE: Resource = "instructions"
NEEDS: Sequence[Permission] = ()
CALLERS = 20
"""So long are the stacks; what is below is cut off."""
_LEFT = "callgrind."


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # it counts, whatever it takes
    """See `Profiling`."""
    if serves:
        raise ValueError("is a server, which callgrind makes 50 times slower: its requests would wait for each other")
    options = (
        "valgrind", "--quiet", "--vgdb=no", "--tool=callgrind", f"--separate-callers={CALLERS}", "--trace-children=yes",
        f"--callgrind-out-file={{out}}/{_LEFT}%p",
    )  # fmt: skip
    return Wrapping(argv=(*options, *argv))


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`. All processes are added up."""
    found = [callgrind.read(data, name) for name, data in sorted(files.items()) if name.startswith(_LEFT) and data]
    if not found:
        raise NothingSeenError("callgrind wrote no profile")
    told = Stacks()
    root = told.root()
    for stack in (stack for one in found for stack in one.stacks):
        told.add(told.walk(root, stack.frames), *stack.values)
    return replace(found[0], stacks=told.told())
