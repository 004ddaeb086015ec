"""cProfile: how many functions of a Python program were called."""

from __future__ import annotations

import json
from collections.abc import Mapping

from resonance_perf.drivers.counters.python import under
from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.interpreter import split
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure

_TOTAL = "import json, pstats, sys; s = pstats.Stats(sys.argv[1]); print(json.dumps([s.total_calls, s.prim_calls]))"
"""Asked of the interpreter that wrote it: the format of a profile belongs to its version."""


class Calls:
    """Calls of functions, all and those that are no recursion."""

    name = "cProfile"
    measures: Mapping[str, Measure] = {
        "calls": Measure("", exact=True, margin=0.001), "primitive_calls": Measure("", exact=True, margin=0.001),
    }  # fmt: skip
    hint = ""

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:
        """See `Counter`."""
        argv = under(("-m", "cProfile", "-o", "{out}/profile"), settings.command, benchmark, self.name)
        return argv, (*split(settings.command)[0], "-c", _TOTAL, "{out}/profile")

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        assert outcome.then is not None
        calls, primitive = json.loads(outcome.then.stdout)
        return {"calls": float(calls), "primitive_calls": float(primitive)}
