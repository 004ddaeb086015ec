"""How py-spy is started and read, whether it looks at threads that wait or not."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.model.profiling import Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.rate import per_second
from resonance_perf.profilers.waiting import waits_for_work
from resonance_perf.profiles.formats import speedscope
from resonance_perf.profiles.formats.stacks import Stacks

PROGRAM = Program(name="py-spy", install='pip install "resonance-perf[profile]"')
RATES = (100, 500)
"""The least and the most samples per second; at more, py-spy falls behind."""
LONGEST_S = "3600"
_ROOT = "resonance_perf.system.exit_code"
"""py-spy ends with 0 whatever its program ended with."""
_PROCESS = re.compile(r'process \d+:".*"', re.DOTALL)


def wrap(argv: Argv, *more: str, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`; `more` are options."""
    rate = str(per_second(seconds, *RATES))
    options = ("record", "--nonblocking", "--subprocesses", "--full-filenames", "--rate", rate, *more)
    record = ("py-spy", *options, "--format", "speedscope", "--output", "{out}/py-spy.json")
    if serves:
        return Wrapping(argv=argv, beside=(*record, "--duration", LONGEST_S, "--pid", "{pid}"))
    return Wrapping(argv=(*record, "--", "{python}", "-I", "-m", _ROOT, "{out}/exit", "1", *argv))


def read(files: Mapping[str, bytes], kind: ValueType) -> Profile:
    """See `Profiling`. Threads and processes are added up, without those that wait for work; `kind` is what is told."""
    if "py-spy.json" not in files:
        raise NothingSeenError("py-spy wrote no profile")
    try:
        found = speedscope.read(files["py-spy.json"], "py-spy.json")
    except ResonanceError as error:
        raise NothingSeenError("py-spy saw nothing: the program ended too soon, or is no Python") from error
    told = Stacks()
    root = told.root()
    for stack in found.stacks:
        frames = _own(stack)
        if not waits_for_work(frames) and not _is_root(frames):
            told.add(told.walk(root, frames), *stack.values)
    period = math.gcd(*(round(one.values[0]) for one in found.stacks))  # every value is a whole number of them
    return replace(found, types=(kind,), stacks=told.told(), tool="py-spy", period=float(period))


def _is_root(frames: Sequence[Frame]) -> bool:
    return any(one.file.endswith(_ROOT.replace(".", "/") + ".py") for one in frames[:4]) or not frames


def _own(stack: Stack) -> tuple[Frame, ...]:
    """The frames without those that stand for processes."""
    at = 0
    while at < len(stack.frames) and _PROCESS.fullmatch(stack.frames[at].function):
        at += 1
    return stack.frames[at:]
