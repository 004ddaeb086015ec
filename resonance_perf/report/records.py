"""What is written down: rows, lessons, decisions, the commit message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.model.budget import Loosening
from resonance_perf.model.cause import Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.judgement import MARKS, Judgement, worst_by_metric
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import metric_id
from resonance_perf.model.quantity import format_value
from resonance_perf.model.record import Lesson, MemoryRow, StatusRow
from resonance_perf.model.run import Run
from resonance_perf.report.causes import explanation, why_of
from resonance_perf.report.words import change, one_change, short, utc


def memory_rows(
    measurement: Measurement, judgements: Sequence[Judgement], shown: Sequence[str], trigger: str
) -> tuple[MemoryRow, ...]:
    """One row per metric in `shown` that was measured, or that the base had and the head has no more."""
    head, comparisons = measurement.head, measurement.comparisons
    by_metric = {comparison.metric: comparison for comparison in comparisons}
    by_full = worst_by_metric(judgements)
    rows = []
    for estimate in head.estimates:
        compared = by_metric.get(estimate.metric)
        if estimate.metric not in shown:
            continue
        judged = by_full.get(metric_id(head.benchmark, estimate.metric))
        rows.append(
            MemoryRow(
                when=utc(head.started_at), commit=short(head.commit), trigger=trigger, benchmark=head.benchmark,
                metric=estimate.metric, before=format_value(compared.before, compared.unit) if compared else "–",
                after=format_value(estimate.value, estimate.unit), change=change(compared) if compared else "–",
                budget=f"{MARKS[judged.status]} {judged.limit.budget.text}" if judged else "–",
                verdict=compared.verdict if compared else "baseline", run=head.id,
            )
        )  # fmt: skip
    for metric in head.missing:
        gone = measurement.base.estimate(metric) if measurement.base else None
        rows.append(
            MemoryRow(
                when=utc(head.started_at), commit=short(head.commit), trigger=trigger, benchmark=head.benchmark,
                metric=metric, before=format_value(gone.value, gone.unit) if gone else "–", after="–", change="–",
                budget="–", verdict="missing", run=head.id,
            )
        )  # fmt: skip
    return tuple(rows)


def lesson(head: Run, comparisons: Sequence[Comparison], subject: str, whys: Sequence[Why] = ()) -> Lesson | None:
    """One line when something is confirmed to have changed, else None; why the first of it did is named."""
    moved = [one for one in comparisons if one.verdict in ("slower", "faster")]
    if not moved:
        return None
    what = f" “{subject}”" if subject else ""
    told = [one_change(one) for one in moved[:3]]
    known = next(((at, why) for at, one in enumerate(moved[:3]) if (why := explanation(why_of(one, whys)))), None)
    if known is not None:
        told[known[0]] += f": {known[1]}"
    listed = "; ".join(told)
    text = f"{head.benchmark} {moved[0].verdict} in {short(head.commit)}{what}: {listed}"
    return Lesson(date=utc(head.started_at, "%Y-%m-%d"), text=text, run=head.id)


def status_rows(
    judgements: Sequence[Judgement], trends: Mapping[str, str], loosened: Sequence[Loosening]
) -> tuple[StatusRow, ...]:
    """The status table; `trends` holds a sparkline by full metric name."""
    asked = {one.key: one for one in loosened}
    rows = []
    for one in judgements:
        estimate = one.estimate
        wanted = asked.get(one.key)
        limit = one.limit.budget.text
        if wanted is not None:
            limit += f" (unapproved: {wanted.to or 'removed'})"
        rows.append(
            StatusRow(
                budget=one.key, limit=limit,
                now=format_value(estimate.value, estimate.unit) if estimate else "–",
                headroom=f"{one.headroom * 100:.0f} %" if one.headroom is not None else "–",
                status=f"{MARKS[one.status]} {one.status}" + (f": {one.note}" if one.note else ""),
                trend=trends.get(one.metric or "", ""),
                measured=f"{short(one.commit)}, {utc(one.measured_at, '%Y-%m-%d')}" if one.commit else "never",
            )
        )  # fmt: skip
    return tuple(rows)


def for_ci(message: str, marker: str) -> str:
    """The commit message with a word to CI right below its subject, where every CI looks, far from the trailers."""
    subject, gap, rest = message.partition("\n\n")
    return f"{subject}\n\n{marker}{gap}{rest}" if marker else message
