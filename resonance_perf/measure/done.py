"""How much work came of an outcome, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.drivers import Driver
from resonance_perf.drivers.ending import describe_end
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.counted import ordered
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import LoadOutcome, Outcome, ProcessOutcome, SizeOutcome, ToolOutcome


@dataclass(frozen=True, slots=True)
class Done:
    """`requests` of a load, 0 where there is none. `seconds` is how long the program or the tool ran, and `pace_s` how
    long one unit of the work took; under our own load, both are the median request."""

    requests: int
    seconds: float
    pace_s: float


def done(benchmark: Benchmark, driver: Driver, outcome: Outcome, *, serves: bool) -> Done:
    """What was done; `serves`: by a server, whose requests are the work.

    Raises:
        BenchmarkError: when nothing was.
    """
    match outcome:
        case ProcessOutcome() if not outcome.ok:
            raise BenchmarkError(f"{benchmark.name} {describe_end(outcome)}")
        case LoadOutcome(problem=problem) | ToolOutcome(problem=problem) if problem:
            raise BenchmarkError(f"{benchmark.name}: {problem}")
    requests = driver.requests(benchmark, outcome) if serves else 0
    if isinstance(outcome, LoadOutcome):
        median_s = ordered(outcome.latencies_ms)[len(outcome.latencies_ms) // 2] / 1000
        return Done(requests, median_s, median_s)
    seconds = process_of(outcome).wall_s
    return Done(requests, seconds, seconds / (requests or 1))


def process_of(outcome: Outcome) -> ProcessOutcome:
    """The program, server or tool behind it."""
    match outcome:
        case ProcessOutcome():
            return outcome
        case LoadOutcome(server=process) | ToolOutcome(process=process):
            return process
        case SizeOutcome():
            return ProcessOutcome(argv=())


def busy(outcome: Outcome) -> float | None:
    """CPU time by time of a program; what a server took to start is not known."""
    if not isinstance(outcome, ProcessOutcome) or not outcome.wall_s:
        return None
    return (outcome.user_s + outcome.system_s) / outcome.wall_s or None
