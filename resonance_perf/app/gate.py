"""One commit at the gate: what was measured for it, judged by the limits in force."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.app.content import content_at
from resonance_perf.app.standing import SHALLOW, judged, limits_at, newest, read_limits, stale
from resonance_perf.app.triggers import by_people
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.scope import covered
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.errors import BadFileError, GitError
from resonance_perf.model.gate import Gate
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE


def look(work: Workspace, store: Store, revision: str | None) -> Gate:
    """The gate for `revision`; for `HEAD` with the limits of the work tree when there is none.

    Raises:
        ResonanceError: when there is no such commit, or no usable config.
    """
    commit = work.repo.resolve(revision) if revision else work.repo.head().commit
    limits, problems = limits_at(work, commit) if revision and commit else read_limits(work)
    about = by_people(work, commit) if commit else ""
    broken = _broken(work, store, {commit or "", about})
    numbers = _without(numbers_of(work, store, about), broken) if about else {}
    judgements = judged(work, store, limits.in_force, numbers)
    named = {one.metric: numbers[one.metric] for one in judgements if one.metric in numbers}
    return Gate(
        commit=commit or "",
        subject=work.repo.subject(commit) if commit else "",
        file=work.documents.path(STATE),
        config=work.config_name,
        approvers=work.config.approvers,
        judgements=tuple(_with_origin(one, numbers, about) for one in judgements),
        changes={name: one.comparison for name, one in named.items() if one.comparison and not one.problem},
        loosened=limits.loosened,
        problems=problems,
        missing=_missing(work, judgements, numbers),
        failed=tuple(broken.items()),
        unseen=work.repo.is_shallow(),
        notes=(f"{SHALLOW}. For those: git fetch --unshallow",) if work.repo.is_shallow() else (),
    )


def unreadable(work: Workspace, error: BadFileError) -> Gate:
    """The gate where the config itself cannot be used: every problem in it, and nothing judged."""
    return Gate(commit="", subject="", file=work.config_name, config=work.config_name, problems=error.problems)


def numbers_of(work: Workspace, store: Store, commit: str) -> dict[str, Measured]:
    """The numbers of a commit by full metric name, its own or those of the same content.

    The newest number of another commit is there where it has none; it carries the reason why it does not count.
    """
    latest = newest(work, store)
    found: dict[str, Measured] = {}
    for benchmark in work.config.benchmarks:
        for name, one in _standing_for(work, store, benchmark, commit, latest).items():
            found[name] = replace(one, problem=one.problem or stale(one))
    for name, one in latest.items():
        elsewhere = f"measured on {one.commit[:9]}, not on {commit[:9]}"
        found.setdefault(name, replace(one, problem=one.problem or elsewhere))
    return found


def _broken(work: Workspace, store: Store, commits: set[str]) -> dict[str, str]:
    """The benchmarks whose newest run on these commits failed -> the sentence about it."""
    failures = store.queue.failures_at(commits)
    return {
        one.name: f"was not measured: {failures[one.name].splitlines()[0]}"
        for one in work.config.benchmarks
        if one.name in failures
    }


def _without(numbers: dict[str, Measured], broken: dict[str, str]) -> dict[str, Measured]:
    """The numbers; where the newest run failed, those before it say nothing of this commit any more."""
    return {
        name: replace(one, problem=one.problem or f"the newest run {why}")
        if (why := broken.get(name.rpartition(".")[0]))
        else one
        for name, one in numbers.items()
    }


def _standing_for(
    work: Workspace, store: Store, benchmark: Benchmark, commit: str, latest: dict[str, Measured]
) -> dict[str, Measured]:
    if own := store.numbers.of_commit(benchmark.name, commit):
        return own
    content = content_at(work, work.config, benchmark, commit)
    if same := store.numbers.of_content(benchmark.name, content):
        return same
    mine = {name: one for name, one in latest.items() if name.rpartition(".")[0] == benchmark.name}
    try:
        return {
            name: one for name, one in mine.items() if content_at(work, work.config, benchmark, one.commit) == content
        }
    except GitError:
        return {}  # that commit is gone: nobody knows what it held


def _with_origin(one: Judgement, numbers: dict[str, Measured], commit: str) -> Judgement:
    """The judgement; where another commit's number stands for it, that is said."""
    found = numbers.get(one.metric or "")
    if found is None or found.problem or found.commit == commit:
        return one
    same = "that commit holds the same"
    return replace(one, note="; ".join(part for part in (one.note, same) if part))


def _missing(work: Workspace, judgements: tuple[Judgement, ...], numbers: dict[str, Measured]) -> tuple[str, ...]:
    """The benchmarks that could give a number which a budget lacks; not those that were measured and gave none."""
    aliases, named = work.config.aliases(), dict.fromkeys([*numbers, *work.config.metrics()])
    known = {name.rpartition(".")[0] for name, one in numbers.items() if not one.problem}
    lacking = set()
    for one in judgements:
        for name in covered(one.limit.budget, aliases, named) if one.status != "elsewhere" else ():
            benchmark, found = name.rpartition(".")[0], numbers.get(name)
            alone = one.limit.budget.relative is not None and found is not None and found.comparison is None
            if benchmark not in known or alone or (found is not None and found.problem):
                lacking.add(benchmark)
    return tuple(one.name for one in work.config.benchmarks if one.name in lacking)
