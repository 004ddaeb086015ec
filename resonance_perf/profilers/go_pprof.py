"""How a program of Go is profiled by its own runtime: a test by `go test`, a server by its endpoints."""

from __future__ import annotations

import os
from collections.abc import Mapping
from math import floor

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.profile import Profile
from resonance_perf.model.profiling import Wrapping
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profiles.formats import pprof

PROGRAM = Program(name="go", install="apt-get install golang-go", version=("version",))
_LEFT = "go.pprof"
_IMPORT = 'The server has to import _ "net/http/pprof" and to serve http.DefaultServeMux.'


def wrap(argv: Argv, flag: str, endpoint: str, *, serves: bool, seconds: float) -> Wrapping:
    """See `Profiling`; `flag` is what `go test` is told, `endpoint` what a server is asked for."""
    if serves:
        url = f"http://127.0.0.1:{{port}}/debug/pprof/{endpoint}?seconds={max(1, floor(seconds))}"
        fetch = ("{python}", "-I", "-m", "resonance_perf.system.fetch", url, f"{{out}}/{_LEFT}", _IMPORT)
        return Wrapping(argv=argv, beside=fetch)
    if os.path.basename(argv[0]) != "go" or argv[1:2] != ("test",):
        raise ValueError("is no server and no `go test`, which Go's runtime profiles: let perf look at it")
    options = (f"-{flag}={{out}}/{_LEFT}", "-o={given}/profiled.test")
    return Wrapping(argv=(*argv[:2], *options, *argv[2:]))


def read(files: Mapping[str, bytes], kind: str) -> Profile:
    """See `Profiling`; `kind` is the type that is meant.

    Raises:
        NothingSeenError: when there is no profile.
    """
    if not (data := files.get(_LEFT, b"")):
        raise NothingSeenError("Go wrote no profile")
    try:
        profile = pprof.read(data, _LEFT)
        chosen = [one.name for one in profile.types].index(kind)
    except (ResonanceError, ValueError) as error:
        raise NothingSeenError(f"Go's profile cannot be read: {error}") from error
    return Profile(
        types=profile.types, stacks=profile.stacks, chosen=chosen, tool="go", seconds=profile.seconds,
        period=profile.period,
    )  # fmt: skip
