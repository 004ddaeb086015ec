"""perf: where a native program computes, in the kernel too, as the kernel's timer or a counter of the CPU samples it.

Traps: where there are no hardware counters (most virtual machines), it silently takes the software clock; the profile
says so. Stacks need frame pointers (`-fno-omit-frame-pointer`); without them the functions are right and their callers
are not. Of a server, the process that was started and what it starts under load are seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.rate import per_second
from resonance_perf.profiles.formats import perf_script

PROGRAM = Program(name="perf", install="apt-get install linux-perf, or linux-tools-generic on Ubuntu")
RUNTIMES: Sequence[Runtime] = ("native", "go")
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ("perf-events",)
RATES = (99, 999)
_TOLD = "perf.txt"
_AS_TEXT = """
timeout --foreground 20 perf script -i "$0/perf.data" -F +srcline --full-source-path > "$0/perf.txt" ||
  perf script -i "$0/perf.data" > "$0/perf.txt" # without the lines: a large program takes too long to look them up
ended=$?; rm -f "$0/perf.data"; exit $ended
"""


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`."""
    record = (
        "perf", "record", "--quiet", "--no-buildid-cache", "-F", str(per_second(seconds, *RATES)), "--call-graph", "fp",
        "-o", "{out}/perf.data",
    )  # fmt: skip
    then = ("sh", "-c", _AS_TEXT, "{out}")
    if serves:
        return Wrapping(argv=argv, beside=(*record, "-p", "{pid}"), then=then)
    return Wrapping(argv=(*record, "--", *argv), then=then)


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        return perf_script.read(files.get(_TOLD, b""), _TOLD)
    except ResonanceError as error:
        raise NothingSeenError("perf saw nothing") from error
