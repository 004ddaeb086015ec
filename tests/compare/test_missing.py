from __future__ import annotations

from resonance_perf.compare.missing import absent_metrics, constant_metrics, new_metrics
from resonance_perf.model.run import Environment, Estimate, Measure, Run, Sample


def test_a_clock_that_stands_still_is_said_and_equal_memory_is_not() -> None:
    samples = [Sample(values={"wall": 5.0, "peak_rss": 4096.0})] * 6
    found = constant_metrics({"wall": Measure("ms"), "peak_rss": Measure("B")}, samples)
    assert found == {"wall": "all 6 samples of wall are exactly 5 ms"}


def test_few_equal_samples_prove_nothing() -> None:
    assert constant_metrics({"wall": Measure("ms")}, [Sample(values={"wall": 5.0})] * 2) == {}


MEASURES = {"wall": Measure("ms"), "p99": Measure("ms"), "peak_rss": Measure("B", absent="it is too small")}


def run(commit: str, *metrics: str) -> Run:
    return Run(
        id=commit, benchmark="b", commit=commit, side="head", started_at=0, environment=Environment("e", ()),
        samples=(), estimates=tuple(Estimate(name, 1, 1, 1, "ms", 1) for name in metrics),
    )  # fmt: skip


def test_a_metric_that_the_base_has_and_the_head_has_not_vanished() -> None:
    assert absent_metrics(["wall", "p99"], MEASURES, run("old", "wall", "p99"), run("new", "wall")) == {
        "p99": "p99 vanished: old has it, new has not"
    }


def test_a_metric_that_never_was_there_is_said_with_the_reason_also_without_a_base() -> None:
    for base in (run("old", "wall"), None):
        assert absent_metrics(["wall", "p99", "peak_rss"], MEASURES, base, run("new", "wall")) == {
            "p99": "p99 is not there: no sample holds it", "peak_rss": "peak_rss is not there: it is too small",
        }  # fmt: skip


def test_a_metric_that_only_the_head_has_is_new() -> None:
    assert new_metrics(["wall", "p99"], run("old", "wall"), run("new", "wall", "p99")) == ["p99 is new: old has none"]


def test_a_tool_that_tells_whole_milliseconds_may_repeat_them() -> None:
    measure = {"p50": Measure("ms", coarse=True)}
    assert constant_metrics(measure, [Sample(values={"p50": 5.0})] * 8) == {}
    assert constant_metrics(measure, [Sample(values={"p50": 5.25})] * 8) != {}
