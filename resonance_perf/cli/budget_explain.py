"""One budget from all sides: the value, the limit and where it comes from, its history, who may loosen it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from resonance_perf.app.limit_story import LimitStory, limit_story
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, table
from resonance_perf.judge.limit_history import LimitChange
from resonance_perf.model.judgement import MARKS
from resonance_perf.model.quantity import format_value
from resonance_perf.model.text import printable
from resonance_perf.report.document import standing_document
from resonance_perf.report.loosened import loosening_line
from resonance_perf.report.words import short, utc


def add_arguments(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    one = verbs.add_parser("explain", help="where a limit comes from, its history, and who may loosen it")
    one.add_argument("key", metavar="KEY")
    one.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when there is no such budget."""
    with opened(args) as (work, store):
        story = limit_story(work, store, args.key)
        approvers = work.config.approvers
    if args.json:
        print_json(document(story))
        return 0
    lines = list(_lines(story))
    width = max(len(name) for name, _ in lines)
    for name, text in lines:
        print(printable(f"{name:<{width}}  {text}"))
    if story.loosened is not None:
        print(printable(f"\n{loosening_line(story.loosened, approvers)}"))
    print("\n" + table(("when (UTC)", "commit", "what", "from", "to", "by", "approved by"), [*_rows(story)]))
    return 0


def document(story: LimitStory) -> dict[str, object]:
    """The same as JSON; times in seconds since 1970."""
    judged = story.judgement
    estimate, limit, budget = judged.estimate, judged.limit, judged.limit.budget
    standing = standing_document([judged], [story.loosened] if story.loosened else [])
    return {
        **standing,
        "value": estimate and {
            "value": estimate.value, "low": estimate.low, "high": estimate.high, "unit": estimate.unit, "n": estimate.n,
            "metric": judged.metric, "commit": judged.commit, "run": judged.run, "at": judged.measured_at,
        },
        "limit": {
            "text": budget.text, "commit": limit.commit, "at": story.times.get(limit.commit or ""),
            "author": limit.author, "approved_by": limit.approved_by, "why": budget.why,
            "branches": list(budget.branches), "ratchet": budget.ratchet,
        },
        "history": [
            {
                "what": one.what, "from": one.old, "to": one.new, "scope": one.scope, "commit": one.commit,
                "at": story.times.get(one.commit or ""), "author": one.author, "approved_by": one.approved_by,
            }
            for one in story.changes
        ],
        "may_loosen": list(story.may_loosen),
    }  # fmt: skip


def _lines(story: LimitStory) -> Iterator[tuple[str, str]]:
    judged = story.judgement
    estimate, limit, budget = judged.estimate, judged.limit, judged.limit.budget
    note = f" ({judged.note})" if judged.note else ""
    yield judged.key, f"{MARKS[judged.status]} {judged.status}{note}"
    if estimate is not None:
        value, low, high = (format_value(one, estimate.unit) for one in (estimate.value, estimate.low, estimate.high))
        when = utc(judged.measured_at)
        yield "now", f"{judged.metric} {value} [{low}, {high}], {short(judged.commit)}, {when} (run {judged.run})"
    source = f"set in {short(limit.commit)} by {limit.author}" if limit.commit else "only in the work tree so far"
    if limit.commit in story.times:
        source += f", {utc(story.times[limit.commit], '%Y-%m-%d')}"
    yield "limit", f"{budget.text}, {source}" + (f", approved by {limit.approved_by}" if limit.approved_by else "")
    if budget.why:
        yield "why", budget.why
    if budget.metric not in (None, judged.metric) or budget.branches:
        covers = budget.metric or judged.metric or "no metric"
        yield "covers", covers + (f" on {', '.join(budget.branches)}" if budget.branches else "")
    who = ", ".join(story.may_loosen)
    how = f"resonance-perf budget loosen {judged.key} VALUE --why …, approved by one who did not prepare it"
    yield "may loosen", f"{who}: {how}" if who else "nobody: the config in HEAD has no approvers"


def _rows(story: LimitStory) -> Iterator[tuple[str, ...]]:
    for one in story.changes:
        at = story.times.get(one.commit or "")
        yield (
            utc(at) if at is not None else "now", short(one.commit) if one.commit else "work tree", _what(one),
            one.old or "–", one.new or "–", one.author or "–", one.approved_by or "–",
        )  # fmt: skip


def _what(change: LimitChange) -> str:
    what = "refused: nobody approved" if change.what == "refused" else change.what
    return f"{what} ({change.scope})" if change.scope else what
