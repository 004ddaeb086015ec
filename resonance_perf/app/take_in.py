"""Numbers that another tool measured: read from its file, stored like ours, judged and remembered."""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Sequence
from dataclasses import replace

from resonance_perf.app.deliver import Say, deliver, keep
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.growth import typical_parts
from resonance_perf.judge.judge import judge_each
from resonance_perf.model.errors import BenchmarkError, ResonanceError
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.metric import metric_id
from resonance_perf.model.reading import Reading
from resonance_perf.model.run import IMPORTED, Environment, Estimate, Run, Sample
from resonance_perf.model.take import Take
from resonance_perf.pipeline import Result
from resonance_perf.readers.intervals import of_values
from resonance_perf.readers.registry import read_stream
from resonance_perf.report.records import memory_rows
from resonance_perf.report.sentences import standing
from resonance_perf.report.words import short
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def read_file(path: str, tool: str | None, takes: Sequence[Take] = ()) -> tuple[str, Sequence[Reading]]:
    """(the tool, what its file holds); see `read_stream`.

    Raises:
        ResonanceError: when it cannot be used; says why.
        OSError: when it cannot be read.
    """
    with open(path, "rb") as source:
        return read_stream(source, os.path.basename(path), tool, takes=takes)


def pooled(files: Sequence[Sequence[Reading]]) -> Sequence[Reading]:
    """The readings of several runs as one each: the median of what the runs say. What failed once has failed."""
    if len(files) == 1:
        return files[0]
    by_name: dict[str, list[Reading]] = {}
    for one in (reading for readings in files for reading in readings):
        by_name.setdefault(one.name, []).append(one)
    return [_pooled(runs) for runs in by_name.values()]


def _pooled(runs: Sequence[Reading]) -> Reading:
    failed = next((one for one in runs if one.failed), None)
    if failed is not None:
        return failed
    values: dict[tuple[str, str], list[float]] = {}
    for one in (metric for run in runs for metric in run.metrics):
        values.setdefault((one.metric, one.unit), []).append(one.value)
    metrics = tuple(of_values(metric, unit, found) for (metric, unit), found in values.items())
    parts = typical_parts([Sample(values={}, parts=run.parts) for run in runs])
    return replace(runs[-1], metrics=metrics, parts=parts, at=runs[0].at, skipped=sum(one.skipped for one in runs))


def benchmark_name(asked: str | None, tool: str, reading: Reading) -> str:
    """What a reading is called here: `asked` or the tool's name, and for one of several its own name below that."""
    own = "-".join(part for part in _UNSAFE.split(reading.name) if part)
    return "/".join(part for part in (asked or tool, own) if part)


def take_in(work: Workspace, store: Store, tool: str, readings: Sequence[Reading], asked: str | None, commit: str,
            say: Say) -> list[Result]:  # fmt: skip
    """Store, judge and remember readings as measurements of `commit` (a full id). They stand when it is `HEAD`.

    `say` gets a sentence for each that cannot be used, and what came of writing the rest down.

    Raises:
        BenchmarkError: when none can be used.
    """
    limits = read_limits(work)[0].in_force
    results = []
    for reading in readings:
        name = benchmark_name(asked, tool, reading)
        if reading.failed or not reading.metrics:
            say(f"⚫ {name} is a failed run: {reading.failed or 'the file holds no number'}")
            continue
        run = _as_run(name, tool, reading, commit)
        fresh = {
            metric_id(name, one.metric): Measured(
                estimate=one, commit=commit, run=run.id, measured_at=run.started_at, environment=run.environment.id
            )
            for one in run.estimates
        }  # fmt: skip
        judgements = judge_each(limits, work.config.aliases(), fresh, branch=work.repo.head().branch)
        results.append(_result(name, run, tuple(one for one in judgements if one.metric in fresh)))
        keep(work, store, results[-1], standing=commit == work.repo.head().commit, now=now())
    if not results:
        raise BenchmarkError(f"nothing of this file of {tool} can be used")
    try:
        deliver(work, store, say)
    except ResonanceError as error:
        say(f"⚪ {error}")  # it stays in the outbox
    return results


def _as_run(name: str, tool: str, reading: Reading, commit: str) -> Run:
    at = now() if reading.at is None else reading.at
    facts = (("tool", tool), ("version", reading.version or "unknown"), ("load model", reading.load_model or "unknown"))
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
    return Run(
        id=new_id(now(), random.getrandbits(80)), benchmark=name, commit=commit, side="head", started_at=at,
        environment=Environment(IMPORTED + digest, facts),
        samples=(Sample(values={one.metric: one.value for one in reading.metrics},
                        raw={one.metric: one.samples for one in reading.metrics if one.samples},
                        parts=reading.parts, at=at),),
        estimates=tuple(
            Estimate(one.metric, one.value, one.low, one.high, one.unit, one.n, one.note) for one in reading.metrics
        ),
        load_model=reading.load_model,
    )  # fmt: skip


def _result(name: str, run: Run, judgements: tuple[Judgement, ...]) -> Result:
    job = Job(
        id=run.id, benchmark=name, kind="baseline", head=run.commit, base=None, trigger="import",
        created_at=run.started_at,
    )  # fmt: skip
    measurement = Measurement(head=run)
    shown = [one.metric for one in run.estimates]
    told = ", ".join(standing(one) for one in judgements) or "no budget"
    return Result(
        job=job, measurement=measurement, judgements=judgements,
        rows=memory_rows(measurement, judgements, shown, job.trigger), lesson=None, candidates=(),
        line=f"⚪ {name} {short(run.commit)} imported: {told}", alarm=False,
    )  # fmt: skip
