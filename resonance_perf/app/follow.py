"""An improvement is followed: the runs after it bear it out, do not count, or speak against it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.estimate import least_values
from resonance_perf.drivers import DRIVERS
from resonance_perf.judge.sustain import Dropped, Ignored, weigh
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.candidate import Candidate
from resonance_perf.model.run import Run
from resonance_perf.pipeline import Result
from resonance_perf.store.store import Store

FULL_LENGTH = ("commit", "baseline", "sustain")
"""The kinds of runs that can count: a quick run, a bisection or a self-check never does."""
SPARE = 1.1
"""A run aims at so many times the requests that a percentile needs: not every sample has equally many."""


def follow(work: Workspace, store: Store, result: Result, *, standing: bool) -> tuple[str, ...]:
    """Take in a result, inside the transaction that stores it; return what to tell people.

    It may count for improvements before it, or speak against them, and begin one itself.
    """
    head, job = result.measurement.head, result.job
    told = []
    compared = {one.metric: one for one in result.measurement.comparisons}
    new = {one.key for one in result.candidates}
    for one in store.candidates.open(job.benchmark) if job.kind in FULL_LENGTH else ():
        candidate = one.candidate
        if candidate.key in new or not _is_later(work, candidate, head, standing=standing or job.kind == "sustain"):
            continue
        match weigh(candidate, head, compared.get(candidate.change.metric), result.judgements):
            case Dropped(why):
                told.append(drop(store, candidate, why, head.started_at))
            case Ignored(why):
                store.candidates.say(candidate, f"the last one did not count: {why}")
                told.append(f"it does not count for {candidate.key}: {why}")
            case witness:
                store.candidates.bear_out(candidate, witness)
                count = min(len(one.witnesses) + 1, work.config.ratchet_runs)
                told.append(f"{candidate.key} has {count} of {work.config.ratchet_runs} runs")
    for fresh in result.candidates:
        store.candidates.put(replace(fresh, content=head.content))
    return tuple(told)


def samples_wanted(store: Store, benchmark: Benchmark) -> int:
    """How many samples a run takes that is to bear out the open improvements of a benchmark.

    Half of what the comparison took on each side; more where a percentile needs it.
    """
    wanted, measures = benchmark.min_samples, DRIVERS[benchmark.driver].measures(benchmark)
    for one in store.candidates.open(benchmark.name):
        change = one.candidate.change
        quantile = measures[change.metric].quantile if change.metric in measures else None
        run = store.results.run(one.candidate.run)
        estimate = run.estimate(change.metric) if run is not None else None
        wanted = max(wanted, ceil(change.pairs / 2))
        if quantile and run is not None and estimate is not None:
            each = estimate.n / len(run.samples)
            wanted = max(wanted, ceil(SPARE * least_values(quantile) / each))
    return wanted


def drop(store: Store, candidate: Candidate, why: str, now: float) -> str:
    """Follow it no longer; return what to tell people."""
    store.candidates.end(candidate, "dropped", now)
    return f"{candidate.key} does not tighten: {why}"


def _is_later(work: Workspace, candidate: Candidate, run: Run, *, standing: bool) -> bool:
    """True for a run that says where the branch stands, of the candidate's content or of a commit that holds it."""
    if not standing:
        return False
    if run.commit == candidate.commit or (run.content and run.content == candidate.content):
        return True
    return work.repo.holds(run.commit, candidate.commit)
