from __future__ import annotations

from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.judgement import Judgement, Status, worst_by_metric


def judged(key: str, metric: str | None, status: Status) -> Judgement:
    limit = LimitInForce(key=key, budget=read_value(key, "1s"), commit=None)
    return Judgement(key=key, limit=limit, metric=metric, status=status)


def test_of_several_budgets_of_one_metric_the_worst_speaks() -> None:
    both = [judged("tight", "a.p95", "red"), judged("wide", "a.p95", "green"), judged("none", None, "unmeasured")]
    for given in (both, both[::-1]):
        assert {name: one.key for name, one in worst_by_metric(given).items()} == {"a.p95": "tight"}
