"""Measure one commit on both sides of a change of the machine."""

from __future__ import annotations

from resonance_perf.app.environments import bridge
from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.errors import BenchmarkError, GitError
from resonance_perf.model.judgement import Measured
from resonance_perf.model.measurement import Measurement
from resonance_perf.store.store import Store


def cross(
    store: Store, runner: Runner, benchmark: Benchmark, job: str, last: Measured, measurement: Measurement
) -> str:
    """What a commit showed on the machine of `last` and shows here, so that the machine's step is not taken for one of
    the code.

    One of those that were just measured, where it was measured there, too; else the commit of `last` is measured now,
    alone, and kept without a say in where the branch stands. A commit that can no longer be measured is said.

    Raises:
        StoppedError: when it was told to stop.
    """
    for run in (measurement.base, measurement.anchor, measurement.head):
        if run is not None and (told := bridge(store, last.environment, run)):
            return told
    here = store.results.run_of(benchmark.name, last.commit, environment=runner.environment.id)
    if here is None:
        try:
            here = runner.measure(benchmark, DRIVERS[benchmark.driver], last.commit, None).head
        except (BenchmarkError, GitError) as error:
            return f"{last.commit[:9]}, measured there, cannot be measured here: {error}"
        store.results.save(job, [here], (), standing=False)
    return bridge(store, last.environment, here)
