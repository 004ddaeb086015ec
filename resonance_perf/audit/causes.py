"""Findings as causes, for who explains a run."""

from __future__ import annotations

from collections.abc import Iterable

from resonance_perf.audit.checklist import BY_ID
from resonance_perf.model.cause import Cause
from resonance_perf.model.finding import Finding


def evidence_of(findings: Iterable[Finding], benchmark: str) -> tuple[Cause, ...]:
    """What speaks for a cure in a benchmark, what is new first: every yes, with its number before and now.

    A finding is in its own unit, not in that of the metric that became slower: so it has no share.
    """
    found = [one for one in findings if one.answer == "yes" and one.benchmark == benchmark]
    found.sort(key=lambda one: one.since != "new")
    return tuple(
        Cause(
            metric=BY_ID[one.id].metric, kind="finding", name=BY_ID[one.id].asks, source=one.source, unit=one.unit,
            before=one.before, after=one.number, detail=f"{one.place}: {one.what}. {one.do}".removeprefix(": "),
        )
        for one in found
    )  # fmt: skip
