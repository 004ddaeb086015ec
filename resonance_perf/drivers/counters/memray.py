"""memray: what a Python program allocates, and how much memory it holds at its peak."""

from __future__ import annotations

import json
from collections.abc import Mapping

from resonance_perf.drivers.counters.python import under
from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.interpreter import split
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure


class Allocations:
    """Calls of the system's allocator, the bytes they asked for, and the peak."""

    name = "memray"
    measures: Mapping[str, Measure] = {
        "allocations": Measure("", exact=True, margin=0.01),
        "allocated": Measure("B", exact=True, margin=0.01),
        "peak_memory": Measure("B", exact=True, margin=0.01),
    }
    hint = "Install memray for the Python that the command starts: python3 -m pip install memray"

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:
        """See `Counter`."""
        record = ("-m", "memray", "run", "-q", "--force", "-o", "{out}/memray.bin")
        stats = ("-m", "memray", "stats", "--json", "--force", "-o", "{out}/stats.json", "{out}/memray.bin")
        argv = under(record, settings.command, benchmark, self.name)
        return argv, (*split(settings.command)[0], *stats)

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`."""
        found = json.loads(dict(outcome.files)["stats.json"])
        return {
            "allocations": float(found["total_num_allocations"]),
            "allocated": float(found["total_bytes_allocated"]),
            "peak_memory": float(found["metadata"]["peak_memory"]),
        }
