"""Measure a commit against itself: what is the smallest change that this machine can see?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil

from resonance_perf.app.quiet import wait
from resonance_perf.app.runner import runner_here
from resonance_perf.app.workspace import Workspace
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.outcome import margins_of
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.resolution import Resolution, resolution
from resonance_perf.system.host import LocalHost
from resonance_perf.system.machine import environment

_PROBE_PAIRS = 2
_MOST_PAIRS = 5000
_NO_MARGIN = 1e-9
"""With so narrow a margin nothing is the same, and the runner goes on until the time is up."""


def resolutions(
    work: Workspace, config: Config, commit: str, seconds: float, host: LocalHost, say: Callable[[str], None]
) -> Iterator[tuple[Benchmark, tuple[Resolution, ...] | BenchmarkError]]:
    """Measure `commit` (a full id) against itself, each benchmark for so many seconds, or for its least number of pairs
    if that takes longer: with fewer there is no verdict. Nothing of it is stored; `say` gets what was waited for."""
    runner = runner_here(work, config, environment(), host)
    for benchmark in (one for one in config.benchmarks if not one.deployed):
        wait(benchmark, host, say)
        try:
            yield benchmark, _of(runner, benchmark, commit, seconds)
        except BenchmarkError as error:
            yield benchmark, error


def _of(runner: Runner, benchmark: Benchmark, commit: str, seconds: float) -> tuple[Resolution, ...]:
    driver = DRIVERS[benchmark.driver]
    asked = benchmark
    if not driver.repeats(benchmark):
        probe = replace(benchmark, min_samples=_PROBE_PAIRS, max_samples=_PROBE_PAIRS)
        pair_s = _sampled(runner, probe, commit)[1] / _PROBE_PAIRS
        pairs = min(max(benchmark.min_samples, ceil(seconds / max(pair_s, 1e-6))), _MOST_PAIRS)
        named = benchmark.metrics or tuple(MetricSpec(name) for name in list(driver.measures(benchmark))[:1])
        specs = tuple(replace(spec, margin=_NO_MARGIN) for spec in named)
        asked = replace(benchmark, metrics=specs, max_samples=pairs, max_s=2 * seconds)
    comparisons, spent_s = _sampled(runner, asked, commit)
    margins = margins_of(benchmark, driver.measures(benchmark))
    return tuple(resolution(one, spent_s, margins[one.metric]) for one in comparisons)


def _sampled(runner: Runner, benchmark: Benchmark, commit: str) -> tuple[tuple[Comparison, ...], float]:
    """Compare the commit with itself, and say how many seconds the samples took.

    Raises:
        BenchmarkError: when one of the two trees could not be measured.
    """
    measured = runner.measure(benchmark, DRIVERS[benchmark.driver], commit, commit)
    if measured.base is None:
        raise BenchmarkError(f"{benchmark.name}: {measured.note}")
    spent_s = sum(sample.seconds for side in (measured.base, measured.head) for sample in side.samples)
    return measured.comparisons, spent_s
