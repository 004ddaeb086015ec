"""How a Python program is run with one of our recorders inside."""

from __future__ import annotations

from math import ceil

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.profiling import Wrapping
from resonance_perf.profilers.inside import text_of
from resonance_perf.profilers.plain import OURS
from resonance_perf.profilers.started import python_program

ENOUGH_S = 0.3
"""A program that takes less is run again until it has taken so long."""
MOST_TIMES = 5
_PACKAGES = (("RESONANCE_PERF_PACKAGES", "{packages}"),)


def wrap(  # all that the recorders differ by
    argv: Argv, profiler: str, recorder: str, *, serves: bool, seconds: float = 0.0, reads: str = ""
) -> Wrapping:
    """See `Profiling`; `recorder` is a file of `inside`, `reads` another that makes what it leaves readable. What
    repeats exactly needs no `seconds`."""
    parts = python_program(argv, profiler)
    given = {f"{OURS}_{name}": text_of(name) for name in ("python.py", recorder, reads) if name}
    runner, recorder, *last = ("{given}/" + name for name in given)
    how = (runner, recorder, "{out}", "serves" if serves else "runs")
    return Wrapping(
        argv=(*parts.before, *parts.interpreter, *how, *parts.program), env=_PACKAGES, provided=tuple(given.items()),
        then=(*parts.before, *parts.interpreter, *last, "{out}") if last else (),
        times=min(MOST_TIMES, ceil(ENOUGH_S / seconds)) if seconds else 1,
    )  # fmt: skip
