"""Where every budget stands now: limits in force, newest numbers, what somebody loosened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resonance_perf.app.history import next_step, state_at
from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.self_check import sights
from resonance_perf.judge.judge import explained, judge, too_fine
from resonance_perf.judge.limits import Limits
from resonance_perf.judge.state import limits_of
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.markers import find_section
from resonance_perf.model.budget import Budget, LimitInForce, Loosening
from resonance_perf.model.errors import BadFileError, Location, Problem, WriteRefusedError
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.model.run import IMPORTED
from resonance_perf.report.words import utc
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.documents import STATE

STALE_DAYS = 30
"""Older numbers are no news of today's code on today's machine."""
SHALLOW = "the clone is shallow: limits set before its first commit cannot be seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The whole picture. `problems` are those of the state file; while it has any, the committed limits count."""

    judgements: tuple[Judgement, ...]
    loosened: tuple[Loosening, ...]
    problems: tuple[Problem, ...] = ()


def read_limits(work: Workspace) -> tuple[Limits, tuple[Problem, ...]]:
    """The limits in force for the work tree, and what is wrong with its state file."""
    path = work.documents.path(STATE)
    try:
        text = work.documents.read(STATE)
        budgets, problems = read_budgets(text, path) if text is not None else ((), ())
    except BadFileError as error:
        text, budgets, problems = None, (), error.problems
    except WriteRefusedError as error:
        what = error.message.removeprefix(path).lstrip()
        text, budgets, problems = None, (), (Problem(what, Location(path), error.hint),)
    past = state_at(work, work.repo.head().commit)
    if problems or (text is None and work.repo.is_left_out(path)):  # left out by a sparse checkout is not removed
        return limits_of(past), problems
    limits = limits_of(next_step(work, past, budgets, work.config.law())[1])
    return Limits(_in_fence_order(limits, budgets), limits.loosened), _unpaired(text or "", path)


def _unpaired(text: str, path: str) -> tuple[Problem, ...]:
    """What is wrong with the markers of the status table: the budgets count, but no table can be written."""
    try:
        find_section(text, "status", path)
    except BadFileError as error:
        return error.problems
    return ()


def limits_at(work: Workspace, commit: str) -> tuple[Limits, tuple[Problem, ...]]:
    """The limits in force as `commit` left them, whatever the work tree says, and what is wrong with its state file."""
    path = work.documents.path(STATE)
    blob = work.repo.blob(commit, path)
    try:
        budgets, problems = read_budgets(blob.decode("utf-8"), path) if blob is not None else ((), ())
    except UnicodeDecodeError:
        budgets, problems = (), (Problem(f"{path} is not UTF-8 in {commit[:9]}", Location(path)),)
    limits = limits_of(state_at(work, commit))
    return Limits(_in_fence_order(limits, budgets), limits.loosened), problems


def stand(work: Workspace, store: Store) -> Standing:
    """Judge every budget by the newest numbers."""
    limits, problems = read_limits(work)
    judgements = judged(work, store, limits.in_force)
    return Standing(judgements=judgements, loosened=limits.loosened, problems=problems)


def judged(
    work: Workspace, store: Store, in_force: Mapping[str, LimitInForce], numbers: Mapping[str, Measured] | None = None
) -> tuple[Judgement, ...]:
    """Judge these limits on the branch that is checked out, by the newest numbers where there are no others, as far as
    this machine can see."""
    config, found = work.config, newest(work, store) if numbers is None else numbers
    judgements = judge(in_force, config.aliases(), found, named=config.metrics(), branch=work.repo.head().branch)
    if any(one.status == "unmeasured" and one.estimate is None for one in judgements):
        missing = _missing(store, judgements)
        judgements = tuple(explained(one, missing) for one in judgements)
    if any(one.limit.budget.relative is not None for one in judgements):
        seen = sights(store.compared.self_checks())
        judgements = tuple(too_fine(one, seen.get(one.metric or "")) for one in judgements)
    return judgements


def _missing(store: Store, judgements: tuple[Judgement, ...]) -> dict[str, str]:
    """Why metrics have no number, by full name: what the newest run says, else when there was one last."""
    missing = store.numbers.missing()
    for name in (one.metric for one in judgements if one.metric and one.estimate is None):
        benchmark, _, metric = name.rpartition(".")
        for last in store.history.points(benchmark, metric, 1) if name not in missing else ():
            when = f"last measured on {utc(last.at, '%Y-%m-%d')} in {last.commit[:9]}"
            missing[name] = f"{name} vanished: {when}"
    return missing


def newest(work: Workspace, store: Store) -> dict[str, Measured]:
    """The newest numbers; those that say nothing of today carry the reason."""
    failures = store.queue.last_failures()
    found = store.numbers.newest()
    for name, measured in found.items():
        benchmark = name.rpartition(".")[0]
        problem = measured.problem
        if work.config.benchmark(benchmark) is None and not measured.environment.startswith(IMPORTED):
            problem = f"the config has no benchmark {benchmark} any more"
        elif benchmark in failures:
            problem = f"the newest run failed: {failures[benchmark].splitlines()[0]}"
        found[name] = replace(measured, problem=problem or stale(measured))
    return found


def stale(measured: Measured) -> str:
    """That a number is old, or nothing."""
    if measured.measured_at >= now() - STALE_DAYS * 86400:
        return ""
    return f"last measured on {utc(measured.measured_at, '%Y-%m-%d')}, more than {STALE_DAYS} days ago"


def _in_fence_order(limits: Limits, budgets: tuple[Budget, ...]) -> dict[str, LimitInForce]:
    order = [budget.key for budget in budgets if budget.key in limits.in_force]
    rest = [key for key in limits.in_force if key not in order]
    return {key: limits.in_force[key] for key in [*order, *rest]}
