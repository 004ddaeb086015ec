"""Take one job from the queue to its end."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from resonance_perf.app.adoption import adopted, with_content
from resonance_perf.app.artifacts import keep_output, keep_parts, keep_whys, tidy
from resonance_perf.app.bisect import bisect_job
from resonance_perf.app.bridge import cross
from resonance_perf.app.deliver import Say, deliver, keep
from resonance_perf.app.environments import changed_since, environment_of, last_number
from resonance_perf.app.follow import samples_wanted
from resonance_perf.app.questions import asked, builds_apart, level
from resonance_perf.app.quiet import disturbance, wait
from resonance_perf.app.ratchet import tend
from resonance_perf.app.runner import runner_here
from resonance_perf.app.standing import newest, read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.self_check import sights
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.cause import Why
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.errors import BenchmarkError, GitError, ResonanceError
from resonance_perf.model.ids import new_id
from resonance_perf.model.job import Job
from resonance_perf.model.measurement import Measurement
from resonance_perf.pipeline import Result, Surroundings, run_job
from resonance_perf.plan.base import choose_anchor, choose_base
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.git.ancestry import line_between
from resonance_perf.system.host import LocalHost
from resonance_perf.system.machine import environment
from resonance_perf.system.process import StoppedError


def do_job(  # noqa: PLR0913  # what a job needs, and how a person asks for it
    work: Workspace,
    store: Store,
    config: Config,
    job: Job,
    host: LocalHost,
    say: Say,
    *,
    between: Callable[[], None] = lambda: None,
    announce: bool = True,
    false_alarms: float | None = None,
) -> Result | None:
    """Measure a job, store and write down what came of it.

    None: it failed, which is stored and said; or the same was measured before, which stands for it.

    The result says where the branch stands, unless it is an older commit, measured alone or because a person asked.
    `announce` says the result's own line, too. `false_alarms`: the level, where a person asks for several jobs at once;
    else that of what the queue measures together.

    Raises:
        StoppedError: when it was told to stop; the job is back in the queue.
    """
    if job.kind == "bisect":
        bisect_job(work, store, config, job, host, say, between)
        return None
    config = asked(config, tuple(read_limits(work)[0].in_force.values()))
    benchmark = config.benchmark(job.benchmark)
    here = environment_of(benchmark) if benchmark else environment()
    if benchmark and adopted(work, store, config, benchmark, job, here, say):
        _deliver(work, store, say)
        return None
    if benchmark and job.kind != "quick":
        wait(benchmark, host, say)
    last = last_number(store, job.benchmark)
    if changed := changed_since(store, here, last):
        say(f"⚪ {job.benchmark}: {changed}")
    runner = replace(
        runner_here(work, config, here, host), between=between,
        keep=lambda name, outcome: keep_output(work, job.id, name, outcome),
        apart=builds_apart(store) if job.kind != "self" else {},
    )  # fmt: skip
    around = _surroundings(work, store, config, job, false_alarms)
    try:
        result = run_job(job, config, runner, around)
    except StoppedError:
        store.queue.give_back(job)
        raise
    except (BenchmarkError, GitError) as error:
        _fail(work, store, job, str(error).removeprefix(f"{job.benchmark}: "), say)
        return None
    told = _store(work, store, config, result)
    busy = disturbance(benchmark, result.measurement) if benchmark else ""
    for line in _lines(result, told, busy, announce=announce):
        say(line)
    if changed and benchmark and last and job.kind != "quick":
        say(f"⚪ {job.benchmark}: {cross(store, runner, benchmark, job.id, last, result.measurement)}")
    _deliver(work, store, say)
    return result


def _surroundings(work: Workspace, store: Store, config: Config, job: Job, false_alarms: float | None) -> Surroundings:
    benchmark = config.benchmark(job.benchmark)
    return Surroundings(
        limits=lambda: read_limits(work)[0],
        newest=lambda: newest(work, store),
        sights=lambda: sights(store.compared.self_checks()),
        subject=work.repo.subject,
        branch=lambda: work.repo.head().branch,
        anchor=choose_anchor(config.anchor, job.head, work.repo) if job.kind == "commit" else None,
        false_alarms=_level(store, config, job) if false_alarms is None else false_alarms,
        tightens=_may_tighten(work, config, job),
        explain=partial(_explained, work),
        least=samples_wanted(store, benchmark) if benchmark and job.kind == "sustain" else 0,
    )


def _fail(work: Workspace, store: Store, job: Job, why: str, say: Say) -> None:
    with store.transaction():
        _enter(work, store, job)
        store.queue.fail(job, why, now())
    say(f"⚫ {job.benchmark} {job.head[:9]} was not measured: {why}")
    tidy(work)
    _deliver(work, store, say)


def _store(work: Workspace, store: Store, config: Config, result: Result) -> tuple[str, ...]:
    """Store the result, with what is too long for the store beside it; what it means for budgets that may tighten."""
    job = result.job
    keep_parts(work, result.measurement)
    keep_whys(work, result.measurement.head.id, result.whys)
    tidy(work)
    of_a_change = job.kind == "commit" and job.trigger != "command"
    standing = job.kind not in ("self", "sustain") and (of_a_change or job.head == work.repo.head().commit)
    with store.transaction():
        _enter(work, store, job)
        told = keep(work, store, with_content(work, config, result), standing=standing, now=now())
        if of_a_change and result.alarm:
            _ask_which(work, store, job)
    return told


def _lines(result: Result, told: Sequence[str], busy: str, *, announce: bool) -> Iterator[str]:
    """What to say of a result; `told` is what it means for budgets that may tighten, `busy` what disturbed it."""
    job, sustains = result.job, result.job.kind == "sustain"
    if announce:
        yield "; ".join([result.line, *told]) if sustains else result.line
    for line in filter(None, (busy, result.note, *(() if sustains else told))):
        yield f"⚪ {job.benchmark} {job.head[:9]}: {line}"


def _explained(
    work: Workspace, runner: Runner, benchmark: Benchmark, measurement: Measurement, worse: Sequence[Comparison]
) -> tuple[tuple[Why, ...], str]:
    from resonance_perf.app.explain import explain  # heavy, and little becomes worse

    return explain(work, runner, benchmark, measurement, worse)


def _deliver(work: Workspace, store: Store, say: Say) -> None:
    """Write down what can be: a file that cannot be written now is no reason to withhold what was measured."""
    try:
        for line in tend(work, store, now()):
            say(f"⚪ {line}")
        deliver(work, store, say)
    except ResonanceError as error:
        say(f"⚪ {error}")


def _ask_which(work: Workspace, store: Store, job: Job) -> None:
    """Where several commits were measured as one and it became slower, find out which of them it was."""
    if job.base is None or not work.repo.holds(job.head, job.base):
        return
    if len(line_between(work.repo, job.base, job.head)) > 1:
        asked = replace(job, id=new_id(now(), random.getrandbits(80)), kind="bisect", created_at=now(), since=None)
        store.queue.put(asked)


def _may_tighten(work: Workspace, config: Config, job: Job) -> bool:
    """What a person measures by hand counts when it is where the branch stands, against the config's own base."""
    if config.commit_mode == "off" or job.trigger != "command":
        return config.commit_mode != "off"
    head = work.repo.head().commit
    return job.head == head and job.base == choose_base(config.baseline, job.head, None, work.repo)


def _enter(work: Workspace, store: Store, job: Job) -> None:
    """Note a job that a person asked for, if it tells of what is checked out: a failure today is one to be shown."""
    if job.trigger == "command" and job.head == work.repo.head().commit:
        store.queue.enter(job)


def _level(store: Store, config: Config, job: Job) -> float:
    """All benchmarks that the queue has for one head are one run, with one false discovery rate."""
    together = {job.benchmark, *store.queue.benchmarks_at(job.head)}
    return level([one for one in config.benchmarks if one.name in together], store.compared.told_at(job.head))
