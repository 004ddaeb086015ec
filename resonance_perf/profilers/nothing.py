"""A profiler that left no profile."""

from __future__ import annotations

from resonance_perf.model.errors import BenchmarkError


class NothingSeenError(BenchmarkError):
    """There is no profile in what a profiler left; whoever ran it knows what it said."""
