"""A commit with the content of one that was measured need not be measured again: that stands for it."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.app.content import content_at
from resonance_perf.app.deliver import Say
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.config import Config
from resonance_perf.model.job import Job
from resonance_perf.model.run import Environment
from resonance_perf.pipeline import Result
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now


def with_content(work: Workspace, config: Config, result: Result) -> Result:
    """The result of a change with what was measured, so that it can be adopted."""
    benchmark = config.benchmark(result.job.benchmark)
    if result.job.kind != "commit" or benchmark is None or result.measurement.base is None:
        return result
    found = result.measurement
    head, base = (
        replace(run, content=content_at(work, config, benchmark, run.commit))
        for run in (found.head, result.measurement.base)
    )
    return replace(result, measurement=replace(found, head=head, base=base))


def adopted(
    work: Workspace, store: Store, config: Config, benchmark: Benchmark, job: Job, here: Environment, say: Say
) -> bool:
    """True when exactly this was measured before, in other commits: after a rebase, a squash, a way back.

    What was measured then stands for the job, which is done.
    """
    if job.kind != "commit" or job.trigger == "command" or job.base is None:
        return False
    head, base = (content_at(work, config, benchmark, commit) for commit in (job.head, job.base))
    known = store.compared.same_content(job.benchmark, head, base, here.id)
    if known is None:
        return False
    run, commit = known
    with store.transaction():
        store.results.adopt(job.benchmark, job.head, run, now())
        store.queue.done(job.id, now())
    if commit != job.head:
        say(f"⚪ {job.benchmark} {job.head[:9]} holds what was measured as {commit[:9]}; that stands")
    return True
