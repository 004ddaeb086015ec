from __future__ import annotations

from resonance_perf.compare.questions import asking, named, questions
from resonance_perf.drivers.command import MEASURES as COMMAND
from resonance_perf.drivers.http import MEASURES as HTTP
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.metric import MetricSpec


def benchmark(*metrics: MetricSpec) -> Benchmark:
    return Benchmark(name="b", driver="command", settings=CommandSettings(command=("work",)), metrics=metrics)


def test_errors_are_asked_about_where_they_are_there() -> None:
    assert named(benchmark(MetricSpec("p95")), HTTP) == ("p95", "error_rate")
    assert named(benchmark(), COMMAND) == ("wall",)


def test_every_metric_that_may_be_called_changed_is_counted() -> None:
    assert questions(benchmark(MetricSpec("p95"), MetricSpec("p99")), HTTP) == 3
    assert questions(benchmark(MetricSpec("wall")), COMMAND) == 2  # CPU time may answer for it
    assert questions(benchmark(MetricSpec("wall", budget="fast")), COMMAND) == 1
    assert questions(benchmark(MetricSpec("cpu"), MetricSpec("wall")), COMMAND) == 2


def test_what_a_budget_limits_is_asked_about_after_what_the_config_names() -> None:
    assert named(asking(benchmark(), COMMAND, ["peak_rss", "gone"]), COMMAND) == ("wall", "peak_rss")
    assert named(asking(benchmark(MetricSpec("cpu")), COMMAND, ["wall", "cpu"]), COMMAND) == ("cpu", "wall")
    assert asking(benchmark(), COMMAND, ["wall"]) == benchmark()
