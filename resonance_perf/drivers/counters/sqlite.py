"""SQLite: the steps that its virtual machine takes for some queries."""

from __future__ import annotations

import re
from collections.abc import Mapping

from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure

_STEPS = re.compile(rb"^VM-steps: (\d+)\s*$", re.M)


class Sqlite:
    """Steps of the virtual machine, all queries together; the database is opened for reading only."""

    name = "sqlite3"
    measures: Mapping[str, Measure] = {"vm_steps": Measure("", exact=True, margin=0.01)}
    hint = "Install the sqlite3 shell, 3.38 or newer (Debian: apt-get install sqlite3), and try the queries in it."

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:  # noqa: ARG002  # any query can be counted
        """See `Counter`."""
        shell = ("sqlite3", "-readonly", "-batch", "-bail", settings.database)
        return (*shell, ".stats vmstep", ".mode count", *settings.queries), ()

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        steps = _STEPS.findall(outcome.process.stdout)
        return {"vm_steps": float(sum(map(int, steps)))} if steps else {}
