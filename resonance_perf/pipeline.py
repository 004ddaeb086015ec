"""The picture of DESIGN section 1 as code: the stages in order, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from resonance_perf.compare.inquiry import FALSE_ALARMS
from resonance_perf.drivers import DRIVERS
from resonance_perf.judge.judge import judge_each
from resonance_perf.judge.judge_run import judge_run
from resonance_perf.judge.limits import Limits
from resonance_perf.judge.sustain import begins
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.budget import BudgetShift
from resonance_perf.model.candidate import Candidate
from resonance_perf.model.cause import Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.job import Job
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import metric_id
from resonance_perf.model.record import Lesson, MemoryRow
from resonance_perf.model.run import Estimate, Run
from resonance_perf.model.sight import Sight
from resonance_perf.report.line import line_of
from resonance_perf.report.records import lesson, memory_rows
from resonance_perf.report.sentences import is_alarm
from resonance_perf.report.words import short

Explain = Callable[[Runner, Benchmark, Measurement, Sequence[Comparison]], tuple[tuple[Why, ...], str]]


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
    least: int = 0
    tightens: bool = True
    explain: Explain = lambda *_: ((), "")  # a default that asks nobody
    """(why each of these became worse, a note for people)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that came of a job, ready to be stored and told."""

    job: Job
    measurement: Measurement
    judgements: tuple[Judgement, ...]
    rows: tuple[MemoryRow, ...]
    lesson: Lesson | None
    candidates: tuple[Candidate, ...]
    line: str
    alarm: bool
    note: str = ""
    whys: tuple[Why, ...] = ()


def run_job(job: Job, config: Config, runner: Runner, around: Surroundings) -> Result:
    """Measure, compare, judge, and write up what is to be remembered.

    Raises:
        BenchmarkError: when the head could not be measured.
    """
    benchmark = config.benchmark(job.benchmark)
    if benchmark is None:
        raise BenchmarkError(f'the config has no benchmark "{job.benchmark}" any more')
    driver = DRIVERS[benchmark.driver]
    if around.least > benchmark.min_samples:
        benchmark = replace(benchmark, min_samples=around.least, max_samples=max(around.least, benchmark.max_samples))

    measurement = runner.measure(
        benchmark, driver, job.head, job.base, anchor=around.anchor, quick=job.kind == "quick",
        false_alarms=around.false_alarms, alarming=lambda head: _turned_red(config, head, around),
    )  # fmt: skip
    judgements = _judged(config, measurement.head, measurement.comparisons, around)
    noted = job.kind in ("commit", "baseline")
    subject = around.subject(job.head) if noted else ""
    named = _named(benchmark, measurement)
    rows = memory_rows(measurement, judgements, named, job.trigger)
    tightens = noted and around.tightens
    candidates, note = _promising(benchmark, measurement, judgements, subject, runner, around) if tightens else ((), "")
    ours = [one for one in measurement.comparisons if one.metric in named]
    ours.sort(key=lambda one: named.index(one.metric))
    whys, seen = around.explain(runner, benchmark, measurement, _worse(ours, judgements)) if noted else ((), "")
    return Result(
        job=job,
        measurement=measurement,
        judgements=judgements,
        rows=rows,
        lesson=lesson(measurement.head, ours, subject, whys),
        candidates=tuple(replace(one, rows=rows) for one in candidates),
        line=line_of(job, measurement, judgements, named, subject),
        alarm=is_alarm(ours),
        note="; ".join(part for part in (measurement.note, seen, note) if part),
        whys=whys,
    )


def _worse(comparisons: Sequence[Comparison], judgements: Sequence[Judgement]) -> list[Comparison]:
    """What is confirmed to be slower, and what is red and not known to be the same."""
    red = {one.metric.rpartition(".")[2] for one in judgements if one.metric and one.status == "red"}
    return [
        one for one in comparisons
        if (one.verdict == "slower" and one.confirmed) or (one.metric in red and one.verdict in ("slower", "unsure"))
    ]  # fmt: skip


def _named(benchmark: Benchmark, measurement: Measurement) -> list[str]:
    """The metrics to speak of: those that the config names, else the first; and errors, when they became more."""
    named = [spec.name for spec in benchmark.metrics] or [one.metric for one in measurement.head.estimates[:1]]
    errors = [one.metric for one in measurement.comparisons if one.metric == "error_rate" and one.verdict == "slower"]
    return list(dict.fromkeys([*named, *errors]))


def _turned_red(config: Config, head: Run, around: Surroundings) -> set[str]:
    """The metrics with a budget that is red and was not: news that must be seen twice before it is told."""
    before = judge_each(around.limits().in_force, config.aliases(), around.newest(), branch=around.branch())
    known = {(one.key, one.metric) for one in before if one.status == "red"}
    now = _judged(config, head, (), around)
    new = (one.metric or "" for one in now if one.status == "red" and (one.key, one.metric) not in known)
    return {name.rpartition(".")[2] for name in new}


def _judged(
    config: Config, head: Run, comparisons: Sequence[Comparison], around: Surroundings
) -> tuple[Judgement, ...]:
    return judge_run(around.limits().in_force, config.aliases(), head, comparisons, branch=around.branch())


def _promising(
    benchmark: Benchmark,
    measurement: Measurement,
    judgements: tuple[Judgement, ...],
    subject: str,
    runner: Runner,
    around: Surroundings,
) -> tuple[tuple[Candidate, ...], str]:
    """The improvements that may tighten a budget once they last, and what to tell people about them."""
    head, seen = measurement.head, around.sights()
    compared = {metric_id(benchmark.name, one.metric): one for one in measurement.comparisons}
    found: list[tuple[BudgetShift, Comparison, Estimate]] = []
    for one in judgements:
        comparison = compared.get(one.metric or "")
        if comparison is None or (estimate := head.estimate(comparison.metric)) is None:
            continue
        step = begins(one, estimate, comparison, seen.get(one.metric or ""))
        if step is not None:
            found.append((step, comparison, estimate))
    if not found:
        return (), ""
    objection = runner.builds.verify(benchmark, head.commit)
    if objection:
        return (), f"{', '.join(step.key for step, *_ in found)} could tighten, but {objection}"
    verified = f"`{' '.join(benchmark.verify)}` passed on {short(head.commit)}"
    candidates = tuple(
        Candidate(
            key=step.key, metric=step.metric, run=head.id, commit=head.commit, environment=head.environment.id,
            content=head.content, change=comparison, estimate=estimate, subject=subject, verified=verified,
            at=head.started_at, rows=(), load_model=head.load_model,
        )
        for step, comparison, estimate in found
    )  # fmt: skip
    steps = ", ".join(f"{step.key} {step.old} → {step.new}" for step, *_ in found)
    return candidates, f"if this lasts, a budget tightens: {steps}"
