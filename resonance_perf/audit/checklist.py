"""The whole list, in the order in which it is gone through."""

from __future__ import annotations

from resonance_perf.audit import images, loading, queries, scripts, serving
from resonance_perf.audit.check import Check

CHECKS = (*scripts.CHECKS, *images.CHECKS, *loading.CHECKS, *queries.CHECKS, *serving.CHECKS)
BY_ID = {one.id: one for one in CHECKS}


def as_markdown() -> str:
    """The list as a table, for docs/audit.md."""
    head = ("", "check", "looks for", "by the metric", "yes from", "why")
    rows = [(one.group, f"`{one.id}`", one.asks, _metric(one), _from(one), one.why) for one in CHECKS]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _metric(one: Check) -> str:
    return f"`{one.metric}`, the largest part" if one.each else f"`{one.metric}`"


def _from(one: Check) -> str:
    return f"{one.limit:,.0f} {one.unit}".rstrip()
