"""Where every budget stands now: limits in force, newest numbers, what somebody loosened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from resonance_perf.app.workspace import Workspace
from resonance_perf.compare.self_check import sights
from resonance_perf.judge.judge import judge, too_fine
from resonance_perf.judge.limits import Limits, Revision, limits_in_force
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Budget, LimitInForce, Loosening
from resonance_perf.model.errors import BadFileError, Location, Problem, ResonanceError, WriteRefusedError
from resonance_perf.model.judgement import Judgement, Measured
from resonance_perf.report.records import utc
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.documents import STATE
from resonance_perf.system.git.history import revisions

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
    if problems or (text is None and work.repo.is_left_out(path)):  # left out by a sparse checkout is not removed
        return limits_in_force(_committed(work, path), file=path, aliases=work.config.aliases()), problems
    limits = limits_with(work, budgets)
    return Limits(_in_fence_order(limits, budgets), limits.loosened), ()


def limits_with(work: Workspace, budgets: tuple[Budget, ...]) -> Limits:
    """The limits in force when the next commit, which nobody has approved yet, leaves these budgets."""
    path = work.documents.path(STATE)
    present = Revision(
        commit=None, author="", approvals=(), approvers=(), budgets={budget.key: budget for budget in budgets}
    )
    return limits_in_force([*_committed(work, path), present], file=path, aliases=work.config.aliases())


def stand(work: Workspace, store: Store) -> Standing:
    """Judge every budget by the newest numbers."""
    limits, problems = read_limits(work)
    judgements = judged(work, store, limits.in_force)
    if any(one.limit.budget.relative is not None for one in judgements):
        seen = sights(store.results.self_checks())
        judgements = tuple(too_fine(one, seen.get(one.metric or "")) for one in judgements)
    return Standing(judgements=judgements, loosened=limits.loosened, problems=problems)


def judged(work: Workspace, store: Store, in_force: Mapping[str, LimitInForce]) -> tuple[Judgement, ...]:
    """Judge these limits by the newest numbers, on the branch that is checked out."""
    config = work.config
    return judge(
        in_force, config.aliases(), newest(work, store), named=config.metrics(), branch=work.repo.head().branch
    )


def newest(work: Workspace, store: Store) -> dict[str, Measured]:
    """The newest numbers; those that say nothing of today carry the reason."""
    failures = store.queue.last_failures()
    old = now() - STALE_DAYS * 86400
    found = store.results.newest()
    for name, measured in found.items():
        benchmark = name.rpartition(".")[0]
        problem = measured.problem
        if work.config.benchmark(benchmark) is None:
            problem = f"the config has no benchmark {benchmark} any more"
        elif benchmark in failures:
            problem = f"the newest run failed: {failures[benchmark].splitlines()[0]}"
        elif measured.measured_at < old:
            problem = f"last measured on {utc(measured.measured_at, '%Y-%m-%d')}, more than {STALE_DAYS} days ago"
        found[name] = replace(measured, problem=problem)
    return found


def _in_fence_order(limits: Limits, budgets: tuple[Budget, ...]) -> dict[str, LimitInForce]:
    order = [budget.key for budget in budgets if budget.key in limits.in_force]
    rest = [key for key in limits.in_force if key not in order]
    return {key: limits.in_force[key] for key in [*order, *rest]}


def _committed(work: Workspace, path: str) -> Iterator[Revision]:
    head = work.repo.head().commit
    if head is None:
        return
    last: dict[str, Budget] = {}
    for one in revisions(work.repo, head, path):
        if one.text is None:
            last = {}
        else:
            budgets, problems = read_budgets(one.text, path)
            if problems:
                continue  # a revision that cannot be read changes nothing; the next good one is compared with the last
            last = {budget.key: budget for budget in budgets}
        approvers = _approvers(work, one.parent) if one.approvals else ()
        yield Revision(commit=one.commit, author=one.author, approvals=one.approvals, approvers=approvers, budgets=last)


def _approvers(work: Workspace, commit: str | None) -> tuple[str, ...]:
    """Who could approve, as the config of `commit` says; nobody when there is none or it cannot be read."""
    from resonance_perf.app.workspace import parse_config

    blob = work.repo.blob(commit, work.config_name) if commit else None
    if blob is None:
        return ()
    try:
        return parse_config(blob.decode("utf-8"), work.config_name).approvers
    except (ResonanceError, UnicodeDecodeError):
        return ()
