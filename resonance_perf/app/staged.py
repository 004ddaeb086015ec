"""What the index would loosen: the question of a pre-commit hook."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.app.history import UNAPPROVED, next_step, state_at
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.approval import Approval
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Loosening
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.law import Law
from resonance_perf.system.documents import STATE
from resonance_perf.system.git.next_commit import stages


@dataclass(frozen=True, slots=True)
class Staged:
    """The loosenings that the staged `01_state.md` adds to `HEAD`'s, and what is wrong with it."""

    loosened: tuple[Loosening, ...]
    problems: tuple[Problem, ...] = ()
    approvers: tuple[str, ...] = ()
    """Who may approve them, as the config of `HEAD` says."""


def staged_loosenings(work: Workspace, approval: Approval = UNAPPROVED) -> Staged:
    """Hold config and state file of the index against the limits in force at `HEAD`; the work tree is not looked at.

    A loosening that is in `HEAD` already is not the next commit's and not listed.
    """
    past = state_at(work, work.repo.head().commit)
    law = _law(work, past.law)
    path = f"{(law or past.law).state_dir}/{STATE}"
    blob = work.repo.blob("", path)
    try:
        budgets, problems = read_budgets(blob.decode("utf-8"), path) if blob is not None else ((), ())
    except UnicodeDecodeError:
        budgets, problems = (), (Problem("the staged file is not UTF-8", Location(path)),)
    if problems:
        return Staged((), problems)
    loosened = next_step(work, past, budgets, law, approval)[1].pending.values()
    return Staged(tuple(one for one in loosened if one.commit is None), approvers=past.law.approvers)


def _law(work: Workspace, past: Law) -> Law | None:
    """The law of the staged config. Most commits leave that as it is, and need not read it again."""
    if not stages(work.repo.root, work.config_name):
        return past
    from resonance_perf.config.law import read_law

    config = work.repo.blob("", work.config_name)
    return read_law(config.decode("utf-8", "replace")) if config is not None else None
