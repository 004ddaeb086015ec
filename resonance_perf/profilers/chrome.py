"""chrome: which functions of a page's scripts compute, from its first request to the last step of `driver: web`.

Traps: a frame of another site has a process of its own and is not in it, nor are workers.
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
from resonance_perf.profiles.formats import cpuprofile

PROGRAM = Program(
    name="chromium", install='apt install chromium, and pip install "resonance-perf[web]"', module="playwright"
)
RUNTIMES: Sequence[Runtime] = ("browser",)
RESOURCE: Resource = "cpu"
NEEDS: Sequence[Permission] = ()
PERIOD_NS = 5e5


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # the visit is what it is
    """See `Profiling`."""
    if "resonance_perf.system.browser" not in argv:
        raise ValueError("visits no page with driver: web, which chrome profiles")
    return Wrapping(argv=argv, env=(("RESONANCE_PERF_CPU_PROFILE", "{out}/page.cpuprofile"),))


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        found = cpuprofile.read(files.get("page.cpuprofile", b""), "page.cpuprofile")
    except BadFileError as error:
        raise NothingSeenError("Chromium gave no profile") from error
    return replace(found, tool="chrome", period=PERIOD_NS)
