"""The line that tells what came of a job, by its kind."""

from __future__ import annotations

from collections.abc import Sequence

from resonance_perf.model.job import Job
from resonance_perf.model.judgement import MARKS, Judgement
from resonance_perf.model.measurement import Measurement
from resonance_perf.report.sentences import headline, room, self_check_line, standing
from resonance_perf.report.shifts import level
from resonance_perf.report.words import change, short


def line_of(
    job: Job, measurement: Measurement, judgements: tuple[Judgement, ...], named: Sequence[str], subject: str
) -> str:
    """One line: a comparison with its budgets, a baseline's place in them, a self-check, or one more run.

    `judgements` are those of the benchmark's metrics, `named` the metrics to speak of, `subject` that of the commit.
    """
    if job.kind == "sustain":
        found = (one for one in measurement.head.estimates if one.metric in named)
        return f"⚪ {job.benchmark} {short(job.head)} again: {'; '.join(f'{one.metric} {level(one)}' for one in found)}"
    missing = tuple(measurement.head.missing.values())
    if measurement.base is None:
        told = "; ".join([", ".join(standing(one) + room(one) for one in judgements) or "no budget", *missing])
        return f"{MARKS['unmeasured' if missing else 'unsure']} {job.benchmark} {short(job.head)} baseline: {told}"
    if job.kind == "self":
        return self_check_line(job.benchmark, measurement.comparisons, named, job.head)
    what = "unsaved work" if job.kind == "quick" else subject
    base = measurement.base.commit
    line = headline(
        job.benchmark, measurement.comparisons, judgements, named, head=job.head, base=base, subject=what,
        missing=missing,
    )  # fmt: skip
    since = {one.metric: one for one in measurement.since_anchor}
    if measurement.anchor is not None and named and named[0] in since:
        line += f"; since {short(measurement.anchor.commit)} {named[0]} {change(since[named[0]])}"
    return line
