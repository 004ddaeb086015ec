"""What most drivers share: a first sample changes nothing about how the others are taken, and nothing is requested."""

from __future__ import annotations

from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.outcome import Outcome
from resonance_perf.model.run import Sample


class Unwarmed:
    """A driver that needs no warm-up of its own: the runner repeats a program until it is warm, and counts, bytes and
    other tools are the same at once or see to it themselves."""

    def warmed(self, benchmark: Benchmark, sample: Sample) -> Benchmark:  # noqa: ARG002  # the parameters are the Protocol's
        """See `Driver`."""
        return benchmark

    def requests(self, benchmark: Benchmark, outcome: Outcome) -> int:  # noqa: ARG002  # the parameters are the Protocol's
        """See `Driver`."""
        return 0
