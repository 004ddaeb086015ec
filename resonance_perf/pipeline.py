"""The picture of DESIGN section 1 as code: the stages in order, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from resonance_perf.compare.inquiry import FALSE_ALARMS
from resonance_perf.drivers import DRIVERS
from resonance_perf.judge.judge import explained, judge_each
from resonance_perf.judge.limits import Limits
from resonance_perf.judge.ratchet import may_be_seen, propose_shift
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, Config
from resonance_perf.model.budget import BudgetShift
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.job import Job
from resonance_perf.model.judgement import MARKS, Judgement, Measured
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import metric_id
from resonance_perf.model.record import Decision, Lesson, MemoryRow
from resonance_perf.model.run import Run
from resonance_perf.model.sight import Sight
from resonance_perf.report.records import lesson, memory_rows, shift_decision, shift_message, utc
from resonance_perf.report.sentences import change, headline, is_alarm, self_check_line, short, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a job is judged in: the limits in force, the newest numbers, and how to ask for a commit's subject.

    `sights` tells by full metric name how small a change can be seen. `branch` is the one that is checked out, None for
    a detached HEAD. `anchor` is the fixed commit that shows creep,
    `false_alarms` the level that the run leaves to this job.
    """

    limits: Callable[[], Limits]
    newest: Callable[[], Mapping[str, Measured]]
    subject: Callable[[str], str]
    sights: Callable[[], Mapping[str, Sight]] = dict
    branch: Callable[[], str | None] = lambda: None
    anchor: str | None = None
    false_alarms: float = FALSE_ALARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRecord:
    """A budget that tightens, with everything that is written because of it."""

    shift: BudgetShift
    decision: Decision
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that came of a job, ready to be stored and told."""

    job: Job
    measurement: Measurement
    judgements: tuple[Judgement, ...]
    rows: tuple[MemoryRow, ...]
    lesson: Lesson | None
    shifts: tuple[ShiftRecord, ...]
    line: str
    alarm: bool
    note: str = ""


def run_job(job: Job, config: Config, runner: Runner, around: Surroundings) -> Result:
    """Measure, compare, judge, and write up what is to be remembered.

    Raises:
        BenchmarkError: when the head could not be measured.
    """
    benchmark = config.benchmark(job.benchmark)
    if benchmark is None:
        raise BenchmarkError(f'the config has no benchmark "{job.benchmark}" any more')
    driver = DRIVERS[benchmark.driver]

    measurement = runner.measure(
        benchmark, driver, job.head, job.base, anchor=around.anchor, quick=job.kind == "quick",
        false_alarms=around.false_alarms, alarming=lambda head: _turned_red(config, benchmark, head, around),
    )  # fmt: skip
    judgements = _judged(config, benchmark, measurement.head, measurement.comparisons, around)
    noted = job.kind in ("commit", "baseline")
    subject = around.subject(job.head) if noted else ""
    shifts, note = _earned(benchmark, measurement, judgements, subject, runner, around) if noted else ((), "")

    named = _named(benchmark, measurement)
    ours = [one for one in measurement.comparisons if one.metric in named]
    return Result(
        job=job,
        measurement=measurement,
        judgements=judgements,
        rows=memory_rows(measurement, judgements, named, job.trigger),
        lesson=lesson(measurement.head, ours, subject),
        shifts=shifts,
        line=_line(job, measurement, judgements, named, subject),
        alarm=is_alarm(ours),
        note="; ".join(part for part in (measurement.note, note) if part),
    )


def _named(benchmark: Benchmark, measurement: Measurement) -> list[str]:
    """The metrics to speak of: those that the config names, else the first; and errors, when they became more."""
    named = [spec.name for spec in benchmark.metrics] or [one.metric for one in measurement.head.estimates[:1]]
    errors = [one.metric for one in measurement.comparisons if one.metric == "error_rate" and one.verdict == "slower"]
    return list(dict.fromkeys([*named, *errors]))


def _turned_red(config: Config, benchmark: Benchmark, head: Run, around: Surroundings) -> set[str]:
    """The metrics with a budget that is red and was not: news that must be seen twice before it is told."""
    before = judge_each(around.limits().in_force, config.aliases(), around.newest(), branch=around.branch())
    known = {(one.key, one.metric) for one in before if one.status == "red"}
    now = _judged(config, benchmark, head, (), around)
    new = (one.metric or "" for one in now if one.status == "red" and (one.key, one.metric) not in known)
    return {name.rpartition(".")[2] for name in new}


def _judged(
    config: Config, benchmark: Benchmark, head: Run, comparisons: Sequence[Comparison], around: Surroundings
) -> tuple[Judgement, ...]:
    """The budgets of this benchmark's metrics, judged by what was just measured."""
    compared = {one.metric: one for one in comparisons}
    fresh = {
        metric_id(benchmark.name, one.metric): Measured(
            estimate=one, commit=head.commit, run=head.id, measured_at=head.started_at,
            comparison=compared.get(one.metric), problem=head.problems.get(one.metric, ""),
        )
        for one in head.estimates
    }  # fmt: skip
    judgements = judge_each(around.limits().in_force, config.aliases(), fresh, branch=around.branch())
    missing = {metric_id(benchmark.name, metric): why for metric, why in head.missing.items()}
    judgements = tuple(explained(one, missing) for one in judgements)
    return tuple(one for one in judgements if one.metric and one.metric.rpartition(".")[0] == benchmark.name)


def _earned(
    benchmark: Benchmark,
    measurement: Measurement,
    judgements: tuple[Judgement, ...],
    subject: str,
    runner: Runner,
    around: Surroundings,
) -> tuple[tuple[ShiftRecord, ...], str]:
    """The shifts that a verified improvement earns, and why there are none when `verify` stands in the way."""
    compared = {metric_id(benchmark.name, one.metric): one for one in measurement.comparisons}
    proposed: list[tuple[BudgetShift, Comparison]] = []
    for one in judgements:
        comparison = compared.get(one.metric or "")
        if comparison is None or one.status not in ("green", "yellow"):
            continue
        shift = propose_shift(one.limit, one.metric or "", measurement.head, comparison, why=subject)
        if shift is not None and may_be_seen(shift, around.sights().get(shift.metric)):
            proposed.append((shift, comparison))
    if not proposed:
        return (), ""
    objection = runner.verify(benchmark, measurement.head.commit)
    if objection:
        return (), f"{', '.join(shift.key for shift, _ in proposed)} could tighten, but {objection}"
    verified = f"`{' '.join(benchmark.verify)}` passed on {short(measurement.head.commit)}"
    records = []
    for shift, comparison in proposed:
        decision = shift_decision(shift, comparison, subject, verified)
        records.append(
            ShiftRecord(
                shift=shift,
                decision=replace(decision, date=utc(measurement.head.started_at, "%Y-%m-%d")),
                message=shift_message(shift, comparison, subject, verified),
            )
        )
    return tuple(records), ""


def _line(
    job: Job, measurement: Measurement, judgements: tuple[Judgement, ...], named: Sequence[str], subject: str
) -> str:
    missing = tuple(measurement.head.missing.values())
    if measurement.base is None:
        told = "; ".join([", ".join(standing(one) for one in judgements) or "no budget", *missing])
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
