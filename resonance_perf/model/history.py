"""What was measured over time."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Estimate


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric in the history of a benchmark; `at` is in seconds since 1970, `environment` an id."""

    run: str
    commit: str
    at: float
    estimate: Estimate
    comparison: Comparison | None
    environment: str = ""
