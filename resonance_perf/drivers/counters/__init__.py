"""One counting tool per file: what to run, and what it counted. Pure.

`COUNTERS` is the whole registry; `Counter` is what each value in it satisfies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from resonance_perf.drivers.counters.cprofile import Calls
from resonance_perf.drivers.counters.memray import Allocations
from resonance_perf.drivers.counters.postgres import Postgres
from resonance_perf.drivers.counters.sqlite import Sqlite
from resonance_perf.drivers.counters.valgrind import Cache, Instructions
from resonance_perf.drivers.counters.wasm import Fuel
from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure


class Counter(Protocol):
    """A tool that counts."""

    name: str
    """The tool, as it is called."""
    measures: Mapping[str, Measure]
    hint: str
    """What to do when it does not run."""

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:
        """(the command that counts, the one that makes its result readable or nothing); see `RunTool`.

        Raises:
            BenchmarkError: when it cannot count such a command; `benchmark` names it.
        """
        ...

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """The counts; nothing when the tool wrote none."""
        ...


COUNTERS: dict[str, Counter] = {
    "instructions": Instructions(), "cache": Cache(), "allocations": Allocations(), "calls": Calls(),
    "sqlite": Sqlite(), "postgres": Postgres(), "fuel": Fuel(),
}  # fmt: skip
"""Every counter by its name in the config."""
