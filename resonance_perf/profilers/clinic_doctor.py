"""clinic-doctor: how long the event loop of a program of Node waits, garbage collection, and clinic's verdict.

Traps: it looks at everything, the start of a server as well, and knows no functions: node-cpu and node-lag name them.
The verdict is clinic's own and stands in the note; a load of some seconds is too little for some of what it looks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Permission, Resource, Runtime, Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import clinic

PROGRAM = Program(name="clinic", install="npm install -g clinic")
RUNTIMES: Sequence[Runtime] = ("node",)
RESOURCE: Resource = "lag"
NEEDS: Sequence[Permission] = ()
_PAGE = "doctor.html"
_AS_PAGE = (
    'clinic doctor --open=false --visualize-only "$0"/doctor/*.clinic-doctor; ended=$?; '
    'mv "$0"/doctor/*.html "$0/doctor.html"; rm -rf "$0/doctor"; exit $ended'
)
_ENDING = """// A server is ended by SIGTERM, and clinic writes what it saw after SIGINT only.
let ending = false;
process.on('SIGTERM', () => {
  if (!ending) process.kill(process.pid, 'SIGINT');
  ending = true;
});
"""


def wrap(argv: Argv, *, serves: bool, seconds: float) -> Wrapping:  # noqa: ARG001  # it looks from start to end
    """See `Profiling`."""
    return Wrapping(
        argv=("clinic", "doctor", "--open=false", "--collect-only", "--dest", "{out}/doctor", "--", *argv),
        env=(("NODE_OPTIONS", "--require={given}/ending.cjs"), ("NO_INSIGHT", "1")),
        provided=(("ending.cjs", _ENDING),),
        then=("sh", "-c", _AS_PAGE, "{out}"),
    )


def read(files: Mapping[str, bytes]) -> Profile:
    """See `Profiling`."""
    try:
        return clinic.read(files.get(_PAGE, b""), _PAGE)
    except ResonanceError as error:
        raise NothingSeenError("clinic doctor wrote no page") from error
