from __future__ import annotations

from math import inf

import pytest

from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.judgement import Judgement, Status
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.model.sight import Sight
from resonance_perf.report.sentences import headline, is_alarm, sight_lines
from resonance_perf.report.spark import sparkline
from resonance_perf.report.words import change


def compared(verdict: Verdict, ratio: float, low: float, high: float, metric: str = "p95") -> Comparison:
    return Comparison(
        benchmark="api", metric=metric, base="1", head="2", before=10, after=10 * ratio, unit="ms", ratio=ratio, low=low,
        high=high, verdict=verdict, pairs=8, seconds=3, decided_by=metric,
    )  # fmt: skip


def judged(status: Status) -> Judgement:
    budget = Budget(key="api_p95", limit=parse_quantity("12ms"), direction="lower", text="12ms", line=1)
    limit = LimitInForce(key="api_p95", budget=budget, commit="c")
    return Judgement(key="api_p95", limit=limit, metric="api.p95", status=status)


def said(
    comparisons: list[Comparison],
    status: Status,
    *,
    subject: str = "Drop an index",
    head: str = "a" * 40,
    base: str = "b" * 40,
) -> str:
    return headline("api", comparisons, [judged(status)], ["p95"], head=head, base=base, subject=subject)


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((0.109, 0.101, 0.118), "-89.1 % [-89.9, -88.2]"), ((3.84, 3.7, 4.0), "+284 % [+270, +300]"),
        ((1.003, 0.99, 1.01), "+0.30 % [-1.0, +1.0]"), ((1.0, 1.0, 1.0), "0 %"), ((1.5, 1.5, 1.5), "+50.0 % (exact)"),
        ((1.5, 0.0, inf), "+50.0 % [too few samples]"),
    ],
)  # fmt: skip
def test_a_change_with_its_interval(numbers: tuple[float, float, float], shown: str) -> None:
    assert change(compared("same", *numbers)) == shown


def test_one_line_says_what_moved_since_when_and_what_the_budget_says() -> None:
    line = said([compared("slower", 3.84, 3.7, 4.0)], "red")
    assert line == (
        "🔴 api aaaaaaaaa “Drop an index” against bbbbbbbbb: slower: p95 10 ms → 38.4 ms, +284 % [+270, +300], over api_p95 (12ms)"
    )


@pytest.mark.parametrize(("verdict", "ratio"), [("same", 1.0), ("faster", 0.9)])
def test_a_budget_that_was_red_before_is_no_alarm_and_not_green_either(verdict: Verdict, ratio: float) -> None:
    found = [compared(verdict, ratio, ratio - 0.01, ratio + 0.01)]
    assert not is_alarm(found)
    assert said(found, "red", subject="", head="a", base="b").startswith(f"🟡 api a against b: {verdict}: p95")
    assert said(found, "green").startswith("🟢 api")


def test_unsure_is_neither_green_nor_red() -> None:
    assert said([compared("unsure", 1.1, 0.9, 1.3)], "green").startswith("⚪")


def test_a_trend() -> None:
    assert sparkline([1, 2, 3, 8]) == "▁▂▃█"
    assert sparkline([5.0, 5.01, 5.02]) == "▁▁▁"
    assert sparkline([1]) == ""


def test_a_metric_that_nobody_named_decides_no_colour() -> None:
    found = [compared("unsure", 1.1, 0.9, 1.3), compared("same", 1.0, 0.99, 1.01, "throughput")]
    assert said(found, "green").startswith("⚪")
    assert "throughput" not in said(found, "green")


def test_a_line_with_a_number_that_is_not_there_is_never_green() -> None:
    same = [compared("same", 1.0, 0.99, 1.01)]
    gone = ["p99 vanished: old has it, new has not"]
    line = headline("api", same, [judged("green")], ["p95"], head="a" * 40, base="b" * 40, subject="", missing=gone)
    assert line.startswith("⚫ api aaaaaaaaa")
    assert line.endswith("; p99 vanished: old has it, new has not")


def test_every_benchmark_has_its_own_false_alarms_and_smallest_change() -> None:
    seen = {
        name: Sight(metric=name, checks=checks, alarms=alarms, visible=visible)
        for name, checks, alarms, visible in (("api.p95", 12, 1, 0.031), ("api.p99", 12, 0, 0.12), ("job.cpu", 9, 0, 0.004))
    }  # fmt: skip
    assert sight_lines(seen, ["api.p95", "api.p99", "job.cpu", "new.cpu"]) == [
        "api: smallest change seen here: p95 3.1 %, p99 12 %; 1 false alarms in 24 answers about equal code",
        "job: smallest change seen here: cpu 0.4 %; 0 false alarms in 9 answers about equal code",
    ]
