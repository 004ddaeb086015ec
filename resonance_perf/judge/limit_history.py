"""How a limit came to be: every change of it, and every loosening that did not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from resonance_perf.judge.limits import is_looser, is_same
from resonance_perf.judge.scope import scope_change
from resonance_perf.judge.state import Revision, State, limits_of
from resonance_perf.model.budget import Budget

What = Literal["set", "tightened", "loosened", "changed", "removed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """One step in the history of a limit; `commit` is None for the work tree, `old` and `new` are as written.

    `refused`: a loosening without an approval; `old` stayed in force. `changed`: the same limit, of other metrics or
    branches, or one that cannot be compared.
    """

    what: What
    old: str | None
    new: str | None
    commit: str | None
    author: str
    approved_by: str = ""
    scope: str = ""


def history_of(key: str, steps: Iterable[tuple[Revision, State]]) -> tuple[LimitChange, ...]:
    """The changes of one limit, oldest first, from the revisions of one line, each with what holds after it.

    A budget that was renamed (`renamed_from`) has its history under its old names, too.
    """
    walked = list(steps)
    names = _names(key, (revision.budgets or {} for revision, _ in walked))
    found: list[LimitChange] = []
    before: Budget | None = None
    since: str | None = None
    refused: set[tuple[str | None, str]] = set()
    for revision, state in walked:
        limits = limits_of(state)
        asked = {(one.to, one.scope): one for one in limits.loosened if one.key in names}
        news = (one for what, one in asked.items() if what not in refused)
        found += [_change("refused", one.old, one.to, revision, scope=one.scope) for one in news]
        refused = set(asked)
        limit = next((limits.in_force[name] for name in names if name in limits.in_force), None)
        after = limit.budget if limit else None
        if (what := _what(before, after)) is not None:
            gone = (one.approved_by for name in names for one in state.limits.get(name, ()))
            approved = limit.approved_by if limit else next(gone, "")
            old, new = (one.text if one else None for one in (before, after))
            scope = scope_change(before, after) if before and after else ""
            one = _change(what, old, new, revision, scope=scope, approved_by=approved)
            if limit and limit.commit != since:  # a merge brings what a commit of the other side set
                one = replace(one, commit=limit.commit, author=limit.author)
            found.append(one)
        before, since = after, limit.commit if limit else None
    return tuple(found)


def _change(
    what: What, old: str | None, new: str | None, revision: Revision, *, scope: str, approved_by: str = ""
) -> LimitChange:
    return LimitChange(
        what=what, old=old, new=new, commit=revision.commit, author=revision.approval.author, scope=scope,
        approved_by=approved_by,
    )  # fmt: skip


def _what(before: Budget | None, after: Budget | None) -> What | None:
    if before is None or after is None:
        return None if before is after else "removed" if after is None else "set"
    if is_same(before, after):
        return None
    if is_looser(before, after):
        return "loosened"
    return "tightened" if is_looser(after, before) else "changed"


def _names(key: str, budgets: Iterable[Mapping[str, Budget]]) -> tuple[str, ...]:
    """The key, and those that it had before, the newest first."""
    were = {new: one.renamed_from for step in budgets for new, one in step.items() if one.renamed_from}
    names = [key]
    while (old := were.get(names[-1])) and old not in names:
        names.append(old)
    return tuple(names)
