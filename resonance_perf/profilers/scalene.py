"""scalene: where the threads of a Python program are, computing or waiting, with native code told apart by its lines.

Traps: it profiles a program that ends by itself and lies in a file, with what lies beside that file. It must be
installed for the program's own Python, so it is never chosen unless asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import BadFileError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.started import python_program
from resonance_perf.profiles.formats import scalene
from resonance_perf.profiles.formats.words import WALL

PROGRAM = Program(name="scalene", install="python3 -m pip install scalene, for the Python of the command")
RUNTIMES: Sequence[Runtime] = ("python",)
RESOURCE: Resource = "wall"
NEEDS: Sequence[Permission] = ()


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # its rate is its own
    """See `Profiling`."""
    parts = python_program(argv, "scalene")
    if serves or parts.program[0] in ("-m", "-c"):
        raise ValueError("is not a program in a file that ends by itself, which scalene profiles")
    script, *rest = parts.program
    run = ("-m", "scalene", "run", "--cpu-only", "-o", "{out}/scalene.json", script, *(("---", *rest) if rest else ()))
    leavings = (("TMPDIR", "{given}"),)  # links to Python, which it never removes
    return Wrapping(argv=(*parts.before, *parts.interpreter, *run), env=leavings)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        found = scalene.read(files.get("scalene.json", b""), "scalene.json")
    except BadFileError as error:
        raise NothingSeenError("scalene wrote no profile: did the program run for long enough?") from error
    return replace(found, types=(WALL,), tool="scalene")
