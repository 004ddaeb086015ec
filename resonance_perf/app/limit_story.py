"""All there is to say of one budget: where it stands, where its limit comes from, who may loosen it."""

from __future__ import annotations

from dataclasses import dataclass

from resonance_perf.app.history import Step, line_to, next_step, state_at
from resonance_perf.app.loosening import in_force
from resonance_perf.app.standing import stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.limit_history import LimitChange, history_of
from resonance_perf.judge.state import State
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.model.budget import Loosening
from resonance_perf.model.errors import BadFileError, WriteRefusedError
from resonance_perf.model.judgement import Judgement
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE
from resonance_perf.system.git.history import authored_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStory:
    """`loosened` is a loosening that stands in the work tree or in history and does not count.

    `times` are of the commits of `changes`, in seconds since 1970. `may_loosen` are the approvers of the config in
    `HEAD`, the parent of the commit that would loosen.
    """

    judgement: Judgement
    loosened: Loosening | None
    changes: tuple[LimitChange, ...]
    times: dict[str, float]
    may_loosen: tuple[str, ...]


def limit_story(work: Workspace, store: Store, key: str) -> LimitStory:
    """The story of a budget.

    Raises:
        UsageError: when there is none of that name.
    """
    in_force(work, key)
    found = stand(work, store)
    head = work.repo.head().commit
    past = state_at(work, head)
    changes = history_of(key, [*line_to(work, head), *_present(work, past)])
    return LimitStory(
        judgement=next(one for one in found.judgements if one.key == key),
        loosened=next((one for one in found.loosened if one.key == key), None),
        changes=changes,
        times=authored_at(work.repo, [one.commit for one in changes if one.commit]),
        may_loosen=past.law.approvers,
    )


def _present(work: Workspace, past: State) -> list[Step]:
    """The work tree as the last step; none while its state file cannot be read."""
    try:
        budgets, problems = read_budgets(work.documents.read(STATE) or "", "")
    except (BadFileError, WriteRefusedError):
        return []
    return [] if problems else [next_step(work, past, budgets, work.config.law())]
