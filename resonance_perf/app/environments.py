"""What has changed since a benchmark was last measured, apart from the code."""

from __future__ import annotations

from resonance_perf.model.benchmark import Benchmark, CommandSettings, HttpSettings
from resonance_perf.model.judgement import Measured
from resonance_perf.model.machine import differences, tools_of
from resonance_perf.model.run import Environment
from resonance_perf.report.records import utc
from resonance_perf.store.store import Store
from resonance_perf.system.machine import environment

MOST = 3
"""So many differences are named; the rest is counted."""
_CONSEQUENCE = "old numbers are not compared with new ones"


def environment_of(benchmark: Benchmark) -> Environment:
    """This machine with the tools that a benchmark of a trusted config uses: they are asked for their versions."""
    run = benchmark.settings
    own = run.command if isinstance(run, CommandSettings) else run.serve if isinstance(run, HttpSettings) else ()
    return environment(tools_of([benchmark.setup, own]))


def changed_since_last(store: Store, environment: Environment, benchmark: str | None = None) -> str:
    """A sentence when the newest standing run was made on another environment; nothing when it was on this one.

    `benchmark`: only its runs count, as should be asked where the environment names the tools of one benchmark.
    """
    last = _last(store, benchmark)
    if last is None or not last.environment or last.environment == environment.id:
        return ""
    run = store.results.run(last.run)
    found = differences(run.environment.facts, environment.facts) if run is not None else ()
    what = "; ".join(found[:MOST]) + (f"; and {len(found) - MOST} more" if len(found) > MOST else "")
    subject = "the machine changed" if found else "the description of the machine changed"
    since = f"{subject} since {utc(last.measured_at)} ({last.commit[:9]})"
    return f"{since}: {what}; {_CONSEQUENCE}" if what else f"{since}; {_CONSEQUENCE}"


def _last(store: Store, benchmark: str | None) -> Measured | None:
    newest = store.results.newest()
    ours = [one for name, one in newest.items() if benchmark is None or name.rpartition(".")[0] == benchmark]
    return max(ours, key=lambda one: one.measured_at, default=None)
