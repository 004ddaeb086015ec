"""What the index would loosen: the question of a pre-commit hook."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.app.standing import limits_with
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Loosening
from resonance_perf.model.errors import Location, Problem
from resonance_perf.system.documents import STATE


@dataclass(frozen=True, slots=True)
class Staged:
    """The loosenings that the staged `01_state.md` adds to `HEAD`'s, and what is wrong with it."""

    loosened: tuple[Loosening, ...]
    problems: tuple[Problem, ...] = ()


def staged_loosenings(work: Workspace) -> Staged:
    """Hold the state file of the index against the limits in force at `HEAD`; the work tree is not looked at.

    A loosening that is in `HEAD` already is not the next commit's and not listed.
    """
    path = work.documents.path(STATE)
    blob = work.repo.blob("", path)
    try:
        budgets, problems = read_budgets(blob.decode("utf-8"), path) if blob is not None else ((), ())
    except UnicodeDecodeError:
        budgets, problems = (), (Problem("the staged file is not UTF-8", Location(path)),)
    if problems:
        return Staged((), problems)
    return Staged(tuple(one for one in limits_with(work, budgets).loosened if one.commit is None))
