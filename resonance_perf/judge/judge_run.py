"""What the budgets say of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.judge.judge import explained, judge_each
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.metric import metric_id
from resonance_perf.model.run import Run


def judge_run(
    limits: Mapping[str, LimitInForce],
    aliases: Mapping[str, str],
    head: Run,
    comparisons: Sequence[Comparison],
    *,
    branch: str | None,
) -> tuple[Judgement, ...]:
    """The budgets of its benchmark's metrics, judged by its numbers alone."""
    compared = {one.metric: one for one in comparisons}
    fresh = {
        metric_id(head.benchmark, one.metric): Measured(
            estimate=one, commit=head.commit, run=head.id, measured_at=head.started_at,
            comparison=compared.get(one.metric), problem=head.problems.get(one.metric, ""),
        )
        for one in head.estimates
    }  # fmt: skip
    missing = {metric_id(head.benchmark, metric): why for metric, why in head.missing.items()}
    judgements = (explained(one, missing) for one in judge_each(limits, aliases, fresh, branch=branch))
    return tuple(one for one in judgements if one.metric and one.metric.rpartition(".")[0] == head.benchmark)
