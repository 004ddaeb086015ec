from __future__ import annotations

from dataclasses import replace

from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.job import Job, JobKind
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.run import Environment, Estimate, Run, Side
from resonance_perf.report.line import line_of

HEAD, BASE, ANCHOR = "a" * 40, "b" * 40, "c" * 40


def a_run(side: Side, commit: str) -> Run:
    estimate = Estimate("p95", 4.0, 3.8, 4.2, "ms", 8)
    return Run(
        id=side, benchmark="api", commit=commit, side=side, started_at=0.0, environment=Environment("e", ()), samples=(),
        estimates=(estimate,),
    )  # fmt: skip


def compared(verdict: Verdict, ratio: float) -> Comparison:
    return Comparison(
        benchmark="api", metric="p95", base="1", head="2", before=4 / ratio, after=4.0, unit="ms", ratio=ratio,
        low=ratio - 0.01, high=ratio + 0.01, verdict=verdict, pairs=8, seconds=3, decided_by="p95",
    )  # fmt: skip


ALONE = Measurement(head=a_run("head", HEAD))
BOTH = replace(ALONE, base=a_run("base", BASE), comparisons=(compared("slower", 2.0),))


def told(kind: JobKind, measurement: Measurement) -> str:
    base = BASE if measurement.base else None
    job = Job(id="1", benchmark="api", kind=kind, head=HEAD, base=base, trigger="commit", created_at=0.0)
    return line_of(job, measurement, (), ["p95"], "Drop an index")


def test_a_commit_is_named_with_its_subject_and_unsaved_work_as_that() -> None:
    moved = "against bbbbbbbbb: slower: p95 2 ms → 4 ms, +100 % [+99.0, +101]"
    assert told("commit", BOTH) == f"🟡 api aaaaaaaaa “Drop an index” {moved}"
    assert told("quick", BOTH) == f"🟡 api aaaaaaaaa “unsaved work” {moved}"


def test_creep_is_told_beside_the_change() -> None:
    since = replace(BOTH, anchor=a_run("anchor", ANCHOR), since_anchor=(compared("slower", 1.2),))
    assert told("commit", since).endswith("; since ccccccccc p95 +20.0 % [+19.0, +21.0]")


def test_what_was_measured_alone_is_told_by_its_budgets_or_its_level() -> None:
    assert told("baseline", ALONE) == "⚪ api aaaaaaaaa baseline: no budget"
    assert told("sustain", ALONE) == "⚪ api aaaaaaaaa again: p95 4 ms [3.8 ms, 4.2 ms]"


def test_a_number_that_is_missing_is_never_green() -> None:
    broken = replace(ALONE.head, estimates=(), problems={"p95": "no request succeeded"})
    assert told("baseline", replace(ALONE, head=broken)) == "⚫ api aaaaaaaaa baseline: no budget; no request succeeded"


def test_a_commit_against_itself_that_looks_changed_is_a_false_alarm() -> None:
    line = told("self", BOTH)
    assert line.startswith("🟡 api aaaaaaaaa against itself: p95 +100 %") and "false alarm" in line
