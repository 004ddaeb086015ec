"""The JSON of DESIGN §7: one document, version 1, numbers in the stated unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from resonance_perf.model.budget import Loosening
from resonance_perf.model.comparison import Comparison, PartChange
from resonance_perf.model.judgement import Judgement, worst
from resonance_perf.model.run import Run

VERSION = 1


def runs_document(runs: Iterable[Run], comparisons: Iterable[Comparison]) -> dict[str, object]:
    """What `run` and `import` print."""
    return {"version": VERSION, "runs": [_run(run) for run in runs], **comparisons_document(comparisons)}


def comparisons_document(comparisons: Iterable[Comparison]) -> dict[str, object]:
    """What `compare` prints."""
    return {"version": VERSION, "comparisons": [_comparison(one) for one in comparisons]}


def growth_document(moved: Iterable[tuple[Comparison, Sequence[PartChange]]]) -> dict[str, object]:
    """What changes are made of, whole: each with all of its parts that moved."""
    return {"version": VERSION, "comparisons": [_comparison(one) | {"parts": _parts(all_)} for one, all_ in moved]}


def standing_document(
    judgements: Sequence[Judgement], loosened: Sequence[Loosening], *, failed: bool = False
) -> dict[str, object]:
    """What `status` and `check` print. `failed`: a benchmark could not be measured; the whole is not green then."""
    return {
        "version": VERSION,
        "budgets": [_budget(one) for one in judgements],
        "loosened": [
            {"key": one.key, "from": one.old, "to": one.to, "scope": one.scope, "file": one.file, "line": one.line}
            for one in loosened
        ],
        "verdict": worst([*(one.status for one in judgements), *(("unmeasured",) if failed else ())]),
    }


def _run(run: Run) -> dict[str, object]:
    return {
        "run": run.id, "benchmark": run.benchmark, "commit": run.commit, "side": run.side,
        "environment": run.environment.id, "load_model": run.load_model,
        "metrics": {
            one.metric: {
                "value": one.value, "low": one.low, "high": one.high, "unit": one.unit, "n": one.n, "note": one.note,
            }
            for one in run.estimates
        },
    }  # fmt: skip


def _comparison(one: Comparison) -> dict[str, object]:
    return {
        "benchmark": one.benchmark, "metric": one.metric, "base": one.base, "head": one.head, "ratio": one.ratio,
        "low": one.low, "high": one.high if one.high < inf else None, "verdict": one.verdict,
        "decided_by": one.decided_by, "seconds": round(one.seconds, 3), "pairs": one.pairs,
        "confirmed": one.confirmed, "more_seconds": None if one.more_s is None else round(one.more_s, 1),
        "note": one.note, "parts": _parts(one.parts),
    }  # fmt: skip


def _parts(parts: Sequence[PartChange]) -> list[dict[str, object]]:
    return [
        {"name": one.name, "place": one.place, "before": one.before, "after": one.after, "share": one.share}
        for one in parts
    ]


def _budget(one: Judgement) -> dict[str, object]:
    budget, estimate = one.limit.budget, one.estimate
    unit = estimate.unit if estimate else budget.limit.unit.symbol if budget.limit else None
    limit = None
    if budget.limit is not None:
        limit = budget.limit.base if estimate else budget.limit.value
    return {
        "key": one.key, "metric": one.metric, "covers": budget.metric or one.metric, "limit": limit,
        "relative": budget.relative, "unit": unit,
        "direction": budget.direction, "value": estimate.value if estimate else None, "status": one.status,
        "headroom": one.headroom, "note": one.note, "commit": one.commit or None, "limit_commit": one.limit.commit,
    }  # fmt: skip
