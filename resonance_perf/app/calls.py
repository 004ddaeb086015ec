"""Count the calls of both sides, once, where that may say why functions take longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.app.profiling import Profiled, profile_sides, target_of
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.cause import Why
from resonance_perf.model.diff import Diff
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.run import Side
from resonance_perf.profilers.choice import resource_of
from resonance_perf.profilers.started import runtime_of
from resonance_perf.profiles.counts import more_calls

_COUNTER = "cprofile"
_SHORT_S = 10.0
"""A program that takes longer is not run four times more for it."""
_LOAD_S = 4.0
"""Such a profile puts a server under load for a quarter of this."""


def with_calls(
    whys: Sequence[Why], seen: Profiled, runner: Runner, benchmark: Benchmark, commits: Mapping[Side, str], diff: Diff
) -> tuple[Why, ...]:
    """`whys` with the calls that grew in the first that is about the time of functions; as they are where those are not
    Python's, and where calls cannot be counted, or not in little time."""
    at = next((at for at, one in enumerate(whys) if _is_timed(one)), None)
    short = max(one.profile.seconds for captures in seen.captures.values() for one in captures) <= _SHORT_S
    counts = seen.profiler != _COUNTER and benchmark.driver in ("command", "http")
    if at is None or not short or not counts or runtime_of(runner.host.spelled(target_of(benchmark))) != "python":
        return tuple(whys)
    try:
        counted = profile_sides(runner, benchmark, commits, "calls", name=_COUNTER, most_s=_LOAD_S, rounds=1).captures
    except (BenchmarkError, OSError):
        return tuple(whys)
    found = whys[at]
    calls = more_calls(found.causes, counted["base"][0], counted["head"][0], diff)
    return (*whys[:at], replace(found, causes=(*found.causes, *calls)), *whys[at + 1 :])


def _is_timed(found: Why) -> bool:
    return resource_of(found.metric) in ("wall", "cpu") and any(one.kind == "function" for one in found.causes)
