"""What has changed since a benchmark was last measured, apart from the code."""

from __future__ import annotations

from resonance_perf.model.benchmark import Benchmark, commands_of
from resonance_perf.model.judgement import Measured
from resonance_perf.model.machine import differences, tools_of
from resonance_perf.model.quantity import format_value
from resonance_perf.model.run import Environment, Run
from resonance_perf.report.words import utc
from resonance_perf.store.store import Store
from resonance_perf.system.machine import environment

MOST = 3
"""So many differences are named; the rest is counted."""
_CONSEQUENCE = "old numbers are not compared with new ones"


def environment_of(benchmark: Benchmark) -> Environment:
    """This machine with the tools that a benchmark of a trusted config uses: they are asked for their versions."""
    return environment(tools_of([benchmark.setup, *commands_of(benchmark.settings).values()]))


def changed_since(store: Store, environment: Environment, last: Measured | None) -> str:
    """A sentence when the last number was made on another environment; nothing when it was on this one."""
    if last is None or not last.environment or last.environment == environment.id:
        return ""
    run = store.results.run(last.run)
    found = differences(run.environment.facts, environment.facts) if run is not None else ()
    what = "; ".join(found[:MOST]) + (f"; and {len(found) - MOST} more" if len(found) > MOST else "")
    subject = "the machine changed" if found else "the description of the machine changed"
    since = f"{subject} since {utc(last.measured_at)} ({last.commit[:9]})"
    return f"{since}: {what}; {_CONSEQUENCE}" if what else f"{since}; {_CONSEQUENCE}"


def bridge(store: Store, before: str, base: Run) -> str:
    """What the same commit showed on the machine of the run `before` and shows here; nothing when it was not there.

    So a step in the history that the machine made is not taken for one that the code made.
    """
    old = store.results.run_of(base.benchmark, base.commit, environment=before)
    if old is None:
        return ""
    pairs = ((one, base.estimate(one.metric)) for one in old.estimates)
    told = [
        f"{one.metric} {format_value(one.value, one.unit)} → {format_value(here.value, here.unit)}"
        for one, here in pairs
        if here is not None
    ]
    return f"{base.commit[:9]} there and here: {', '.join(told[:MOST])}" if told else ""


def last_number(store: Store, benchmark: str) -> Measured | None:
    """A number of the newest standing run, or None: what tells when, where and on which commit that was."""
    ours = [one for name, one in store.numbers.newest().items() if name.rpartition(".")[0] == benchmark]
    return max(ours, key=lambda one: one.measured_at, default=None)
