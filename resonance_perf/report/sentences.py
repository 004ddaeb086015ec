"""Numbers as people read them: one line that answers the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resonance_perf.judge.judge import is_loose
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.judgement import MARKS, Judgement, worst_by_metric
from resonance_perf.model.metric import metric_id
from resonance_perf.model.quantity import format_value
from resonance_perf.model.sight import Sight
from resonance_perf.report.words import change, one_change, short


def standing(judgement: Judgement) -> str:
    """`over api_p95 (100 ms)`, `within api_p95 (100 ms)`, `close to …`."""
    limit = judgement.limit.budget.text
    words = {
        "red": "over", "yellow": "close to", "green": "within", "unsure": "unsure about", "unmeasured": "unmeasured:",
        "elsewhere": "not judged by",
    }  # fmt: skip
    return f"{words[judgement.status]} {judgement.key} ({limit})"


def room(judgement: Judgement) -> str:
    """`, which is loose`, where a limit would pass three times the value; else nothing."""
    return ", which is loose" if is_loose(judgement) else ""


def headline(
    benchmark: str,
    comparisons: Sequence[Comparison],
    judgements: Sequence[Judgement],
    named: Sequence[str],
    *,
    head: str,
    base: str,
    subject: str,
    missing: Sequence[str] = (),
) -> str:
    """One line that a person can act on: what moved, by how much, since which commit, and what the budgets say.

    `judgements` are those of this benchmark's metrics, `named` the metrics that the config names, in its order,
    `missing` a sentence for each of those that gave no number: such a line is never green.
    """
    by_metric = worst_by_metric(judgements)
    ours = sorted((one for one in comparisons if one.metric in named), key=lambda one: named.index(one.metric))
    moved = [one for one in ours if one.verdict in ("slower", "faster")]
    parts = []
    for one in (moved or ours)[:2]:
        found = by_metric.get(metric_id(benchmark, one.metric))
        parts.append(
            f"{one.verdict}: {one_change(one)}{doubt(one)}" + (f", {standing(found)}{room(found)}" if found else "")
        )
    if len(moved) > 2:
        parts.append(f"and {len(moved) - 2} more")
    parts += missing
    what = f" “{subject}”" if subject else ""
    sign = MARKS["unmeasured"] if missing and not is_alarm(ours) else mark(ours, judgements)
    return f"{sign} {benchmark} {short(head)}{what} against {short(base)}: {'; '.join(parts)}"


def self_check_line(benchmark: str, comparisons: Sequence[Comparison], named: Sequence[str], head: str) -> str:
    """What the same code, measured on both sides, showed."""
    ours = [one for one in comparisons if one.metric in named]
    wrong = any(one.verdict in ("slower", "faster") for one in ours)
    told = "; ".join(f"{one.metric} {change(one)}" for one in ours[:3])
    return f"{MARKS['yellow' if wrong else 'unsure']} {benchmark} {short(head)} against itself: {told}" + (
        ". That is a false alarm: both sides are the same" if wrong else ""
    )


def sight_lines(sights: Mapping[str, Sight], metrics: Sequence[str]) -> list[str]:
    """Benchmark by benchmark, how small a change can be seen here, and how often we were wrong about equal code."""
    ours: dict[str, list[Sight]] = {}
    for one in (sights[name] for name in metrics if name in sights):
        ours.setdefault(one.metric.rpartition(".")[0], []).append(one)
    return [_sight_line(benchmark, found) for benchmark, found in ours.items()]


def _sight_line(benchmark: str, found: Sequence[Sight]) -> str:
    seen = ", ".join(f"{one.metric.rpartition('.')[2]} {_percent(one.visible)}" for one in found)
    checks, alarms = sum(one.checks for one in found), sum(one.alarms for one in found)
    return f"{benchmark}: smallest change seen here: {seen}; {alarms} false alarms in {checks} answers about equal code"


def _percent(share: float) -> str:
    return f"{share * 100:.2g} %"


def doubt(comparison: Comparison) -> str:
    """Why it is unsure, and how long it would take to be sure; or which metric answered for this one."""
    if comparison.verdict != "unsure":
        by = comparison.decided_by
        return f" (by {by}: the machine is too noisy for {comparison.metric})" if by != comparison.metric else ""
    more = format_value(1000 * max(1, round(comparison.more_s)), "ms") if comparison.more_s else ""
    time = f"some {more} more would settle it" if more else ""
    said = "; ".join(part for part in (comparison.note, time) if part)
    return f" ({said})" if said else ""


def mark(comparisons: Sequence[Comparison], judgements: Sequence[Judgement]) -> str:
    """The sign of a line: red only for a change that made it worse and a budget that is exceeded.

    A budget that is exceeded all the same is nothing green.
    """
    verdicts = {one.verdict for one in comparisons}
    exceeded = any(one.status == "red" for one in judgements)
    if "slower" in verdicts:
        return MARKS["red" if exceeded else "yellow"]
    if "unsure" in verdicts and "faster" not in verdicts:
        return MARKS["unsure"]
    return MARKS["yellow" if exceeded else "green"]


def is_alarm(comparisons: Sequence[Comparison]) -> bool:
    """True when a change made something worse. A budget that was red before is no news of this change."""
    return any(one.verdict == "slower" for one in comparisons)


def judged_line(one: Judgement) -> str:
    """`🟢 api_p95 44.8 ms, within api_p95 (100 ms), a1b2c3d4e`."""
    note = f" ({one.note})" if one.note else ""
    if one.estimate is None:
        return f"{MARKS[one.status]} {one.key}: {one.status}{note}"
    low, high = (format_value(value, one.estimate.unit) for value in (one.estimate.low, one.estimate.high))
    value = format_value(one.estimate.value, one.estimate.unit)
    return f"{MARKS[one.status]} {one.metric} {value} [{low}, {high}] {standing(one)}, {short(one.commit)}{note}"


def ago(seconds: float) -> str:
    """`3 d ago`, `5 h ago`, `12 min ago`."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now"
