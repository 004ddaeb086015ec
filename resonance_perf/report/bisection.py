"""What a search for the commit that made it worse came to, as one line, as a lesson and as JSON."""

from __future__ import annotations

from resonance_perf.model.bisection import Bisection, Suspect
from resonance_perf.model.judgement import MARKS
from resonance_perf.model.quantity import format_value
from resonance_perf.model.record import Lesson
from resonance_perf.report.document import VERSION, comparisons_document
from resonance_perf.report.words import one_change, short, utc

_NAMED = 4
"""At most so many commits are named one by one."""


def answer(found: Bisection) -> str:
    """One line that a person can act on: the commit, before → after, how sure, and what it took."""
    return f"{_mark(found)} {found.benchmark} {_told(found)} ({', '.join(_took(found))})"


def bisect_lesson(found: Bisection, at: float) -> Lesson | None:
    """One line when a culprit is known, else None."""
    if found.outcome not in ("found", "among"):
        return None
    text = f"{found.benchmark} {_told(found)} ({_sure(found)}, bisected {short(found.good)}..{short(found.bad)})"
    return Lesson(date=utc(at, "%Y-%m-%d"), text=text, run=found.comparison.head)


def bisection_document(found: Bisection) -> dict[str, object]:
    """What `bisect --json` prints; the change is that of the culprit, or, without one, of bad against good."""
    return {
        **comparisons_document([found.comparison]), "benchmark": found.benchmark, "metric": found.metric,
        "good": found.good, "bad": found.bad, "outcome": found.outcome, "confidence": round(found.confidence, 4),
        "suspects": [
            {"commit": one.commit, "subject": one.subject, "probability": round(one.probability, 4)}
            for one in found.suspects
        ],
        "candidates": found.candidates, "looks": found.looks, "skipped": list(found.skipped), "note": found.note,
        "seconds": round(found.seconds, 3), "version": VERSION,
    }  # fmt: skip


def _mark(found: Bisection) -> str:
    if found.outcome in ("found", "among"):
        return MARKS["yellow"]
    settled = found.outcome == "unchanged" and found.comparison.verdict != "unsure"
    return MARKS["green" if settled else "unsure"]


def percent(chance: float) -> str:
    """`97.5 %`; never 100, because a model says it."""
    return f"{min(99.9, chance * 100):.3g} %"


def lacking(limit_s: float, *, asks: bool, skipped: bool) -> str:
    """Why a search ended before it was clear, and what would settle it: time, while there is something that it `asks`;
    else the commits that were `skipped`, or a metric that says more."""
    if asks:
        had, longer = (format_value(1000 * one, "ms") for one in (limit_s, 2 * limit_s))
        return f"the time of {had} was up, and more would tell: --time {longer.replace(' ', '')}"
    cure = "those that could not be measured" if skipped else "a steadier metric, by --metric or driver: count,"
    return f"measuring again would tell no more, but {cure} would"


def _told(found: Bisection) -> str:
    note = f"; {found.note}" if found.note else ""
    change = one_change(found.comparison)
    ends = f"{short(found.bad)} against {short(found.good)}"
    match found.outcome:
        case "found":
            return f"slower since {_named(found.suspects[0])}: {change}{note}"
        case "among":
            return f"slower since one of {_listed(found)}, which cannot be told apart: {change}{note}"
        case "unsure" if not found.suspects:
            return f"{ends} looked slower, {change}{note}"
        case "unsure":
            return f"slower, and it is not clear since which commit: {_likely(found)}; in all {change}{note}"
        case "unchanged":
            if found.comparison.verdict == "unsure":
                return f"{ends} is unsure, so there is nothing to search for yet: {change}{note}"
            return f"{ends} is not slower, there is no change to be found: {found.comparison.verdict}, {change}{note}"


def _likely(found: Bisection) -> str:
    best = max(found.suspects, key=lambda one: one.probability)
    likeliest = f"most likely since {_named(best)} ({percent(best.probability)} sure)"
    if len(found.suspects) == 1:
        return likeliest
    return f"{likeliest}; {percent(found.confidence)} sure that it is one of {_listed(found)}"


def _listed(found: Bisection) -> str:
    listed = found.suspects
    if len(listed) > _NAMED:
        return f"{len(listed)} commits from {_named(listed[0])} to {_named(listed[-1])}"
    return ", ".join(_named(one) for one in listed)


def _named(one: Suspect) -> str:
    return f"{short(one.commit)} “{one.subject}”" if one.subject else short(one.commit)


def _took(found: Bisection) -> list[str]:
    seconds = f"{found.seconds:.1f} s"
    if not found.suspects:
        return [seconds]
    commits = f"{found.candidates} commit{'s' if found.candidates != 1 else ''}"
    looks = f"{found.looks} measurement{'s' if found.looks != 1 else ''}"
    return [*([] if found.outcome == "unsure" else [_sure(found)]), commits, looks, seconds]


def _sure(found: Bisection) -> str:
    return f"{percent(found.confidence)} sure"
