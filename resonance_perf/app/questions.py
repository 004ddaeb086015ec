"""What the benchmarks of a config are asked, with what the budgets limit, and how strictly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from resonance_perf.compare.discoveries import false_alarms
from resonance_perf.compare.questions import asking, questions, wanted
from resonance_perf.compare.self_check import sights
from resonance_perf.drivers import DRIVERS
from resonance_perf.judge.scope import limited
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.metric import metric_id
from resonance_perf.store.store import Store


def asked(config: Config, limits: Sequence[LimitInForce]) -> Config:
    """The config with every metric named that a budget limits."""
    aliases = config.aliases()
    benchmarks = []
    for one in config.benchmarks:
        measures = DRIVERS[one.driver].measures(one)
        full = limited(limits, aliases, (metric_id(one.name, metric) for metric in measures))
        benchmarks.append(asking(one, measures, [name.rpartition(".")[2] for name in full]))
    return replace(config, benchmarks=tuple(benchmarks))


def metrics_of(config: Config) -> tuple[str, ...]:
    """The full names of the metrics that the benchmarks are about."""
    return tuple(
        metric_id(one.name, metric)
        for one in config.benchmarks
        for metric in wanted(one, DRIVERS[one.driver].measures(one))
    )


def builds_apart(store: Store) -> dict[str, float]:
    """What builds of equal code differ by, by full metric name, as the daily A/A has shown."""
    return {name: one.apart for name, one in sights(store.compared.self_checks()).items()}


def level(benchmarks: Iterable[Benchmark], told: Iterable[Comparison]) -> float:
    """How often the next comparison may call a metric changed that is not, when all of `benchmarks` are measured in one
    run, and `told` is what came of those before it.

    A count needs no statistics, and what another metric answered is one finding.
    """
    many = sum(questions(one, DRIVERS[one.driver].measures(one)) for one in benchmarks)
    found = {
        (one.benchmark, one.decided_by)
        for one in told
        if one.verdict in ("slower", "faster") and one.confirmed and one.low < one.high
    }
    return false_alarms(many, len(found))
