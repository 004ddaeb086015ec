"""How a program of Node is run with our recorder inside, in every process of it but npm's own."""

from __future__ import annotations

import json

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.driving import Program
from resonance_perf.model.profiling import Wrapping
from resonance_perf.profilers.inside import text_of

PROGRAM = Program(name="node", install="https://nodejs.org, 18 or newer")


def wrap(argv: Argv, looks: str, *, serves: bool) -> Wrapping:
    """See `Profiling`; `looks` at `cpu`, `heap` or `lag`."""
    told = json.dumps({"out": "{out}", "looks": looks, "serves": serves})
    env = (("NODE_OPTIONS", '--require "{given}/resonance_perf_inside.cjs"'), ("RESONANCE_PERF_INSIDE", told))
    return Wrapping(argv=argv, env=env, provided=(("resonance_perf_inside.cjs", text_of("node.cjs")),))
