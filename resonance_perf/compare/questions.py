"""What a comparison of a benchmark is asked: which metrics must be answered, and which may answer for another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.run import Measure

ERRORS = "error_rate"
"""Asked about wherever it is there: a server that fails faster is not faster."""


def asking(benchmark: Benchmark, measures: Mapping[str, Measure], limited: Collection[str]) -> Benchmark:
    """The benchmark with those metrics named, too, that a budget limits: no budget moves by what was not asked."""
    there = [spec.name for spec in benchmark.metrics] or list(measures)[:1]
    more = tuple(MetricSpec(name) for name in measures if name in limited and name not in there)
    return replace(benchmark, metrics=(*(benchmark.metrics or map(MetricSpec, there)), *more)) if more else benchmark


def wanted(benchmark: Benchmark, measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """The metrics that a benchmark is about: those of the config, else the driver's first."""
    return tuple(spec.name for spec in benchmark.metrics if spec.name in measures) or tuple(measures)[:1]


def named(benchmark: Benchmark, measures: Mapping[str, Measure]) -> tuple[str, ...]:
    """The metrics that answers are wanted for: those that it is about, and always the errors."""
    return tuple(dict.fromkeys([*wanted(benchmark, measures), *(name for name in (ERRORS,) if name in measures)]))


def stand_ins(benchmark: Benchmark, measures: Mapping[str, Measure]) -> dict[str, str]:
    """CPU time may answer for the wall time of a program that computes, unless there is a budget on its wall time."""
    spec = benchmark.metric("wall")
    usable = {"wall", "cpu"} <= set(measures) and (spec is None or spec.budget is None)
    return {"wall": "cpu"} if usable else {}


def questions(benchmark: Benchmark, measures: Mapping[str, Measure]) -> int:
    """How many metrics a comparison may claim a change of, those that answer for another included."""
    asked = named(benchmark, measures)
    answering = (other for one, other in stand_ins(benchmark, measures).items() if one in asked)
    return len({*asked, *answering})
