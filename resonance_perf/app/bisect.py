"""Find the commit that made a benchmark worse, and write it down."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from resonance_perf.app.deliver import Say, deliver, keep
from resonance_perf.app.environments import environment_of
from resonance_perf.app.laboratory import Laboratory
from resonance_perf.app.narrowing import Narrowing
from resonance_perf.app.quiet import wait
from resonance_perf.app.runner import runner_here
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.bisection import Bisection, Terms
from resonance_perf.model.config import Config
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job
from resonance_perf.model.measurement import Measurement
from resonance_perf.pipeline import Result
from resonance_perf.report.bisection import answer, bisect_lesson
from resonance_perf.report.records import memory_rows
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.host import LocalHost
from resonance_perf.system.process import StoppedError

TRIGGER = "bisect"
DEFAULT = Terms()


def bisect_range(  # noqa: PLR0913  # what a job needs, and the two ends
    work: Workspace, store: Store, config: Config, benchmark: Benchmark, good: str, bad: str, host: LocalHost, say: Say,
    *, terms: Terms = DEFAULT, between: Callable[[], None] = lambda: None,
) -> Bisection:  # fmt: skip
    """Search for the first commit after `good` (a full id), up to `bad`, that made the benchmark worse.

    A culprit is stored with its last measurement and written into the memory. `say` gets the progress.

    Raises:
        GitError: when `good` is not in the history of `bad`.
        UsageError: when the benchmark has no such metric.
        BenchmarkError: when one of the two ends cannot be measured.
        StoppedError: when it was told to stop; nothing was stored.
    """
    runner = replace(runner_here(work, config, environment_of(benchmark), host), between=between)
    wait(benchmark, host, say)
    laboratory = Laboratory.of(runner, benchmark, terms.metric, terms.limit_s)
    own = (config.state_dir, work.config_name)
    narrowing = Narrowing(work=work, laboratory=laboratory, terms=terms, own=own, say=say, good=good, bad=bad)
    found = narrowing.narrow(terms.confidence)
    told = replace(found.told, seconds=laboratory.spent_s())
    if told.outcome in ("found", "among"):
        _write_down(work, store, told, found.measurement, say)
    return told


def bisect_job(
    work: Workspace, store: Store, config: Config, job: Job, host: LocalHost, say: Say, between: Callable[[], None]
) -> None:
    """Do a job of the queue that asks which of several commits made a benchmark slower.

    Raises:
        StoppedError: when it was told to stop; the job is back in the queue.
    """
    benchmark = config.benchmark(job.benchmark)
    try:
        if benchmark is None or job.base is None:
            raise BenchmarkError(f'the config has no benchmark "{job.benchmark}" any more')
        told = bisect_range(work, store, config, benchmark, job.base, job.head, host, _silent, between=between)
    except StoppedError:
        store.queue.give_back(job)
        raise
    except ResonanceError as error:
        store.queue.fail(job, str(error), now())
        say(f"⚪ {job.benchmark}: which of the commits made it slower was not found: {error}")
        return
    store.queue.done(job.id, now())
    say(answer(told))


def _silent(_line: str) -> None:
    """The daemon tells what came of it, and not how it got there."""


def _write_down(work: Workspace, store: Store, told: Bisection, measurement: Measurement, say: Say) -> None:
    """Store the culprit's measurement, and put its row and its lesson into the memory."""
    at = now()
    job = Job(
        id=new_id(at, random.getrandbits(80)), benchmark=told.benchmark, kind="commit", head=told.after,
        base=measurement.base.commit if measurement.base else None, trigger=TRIGGER, created_at=at,
    )  # fmt: skip
    result = Result(
        job=job,
        measurement=measurement,
        judgements=(),
        rows=memory_rows(measurement, (), [told.metric], TRIGGER),
        lesson=bisect_lesson(told, at),
        candidates=(),
        line=answer(told),
        alarm=False,
    )
    keep(work, store, result, standing=False, now=at)
    try:
        deliver(work, store, say)
    except ResonanceError as error:
        say(f"⚪ {error}")  # it stays in the outbox
