"""The limit in force: tightening counts from anyone, loosening only with an approval (DESIGN §3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from resonance_perf.judge.renames import follow, heir, likely_name, renamed
from resonance_perf.judge.scope import covers_less, scope_change
from resonance_perf.model.budget import Budget, LimitInForce, Loosening


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The budgets as one commit (or the work tree: `commit` is None) left them.

    `approvers` are those of the config in the parent commit; `approvals` are the values of the commit's
    `Perf-Approved-by` trailers.
    """

    commit: str | None
    author: str
    approvals: tuple[str, ...]
    approvers: tuple[str, ...]
    budgets: Mapping[str, Budget]


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts now, and what somebody wrote that does not."""

    in_force: Mapping[str, LimitInForce]
    loosened: tuple[Loosening, ...]


NO_ALIASES: Mapping[str, str] = MappingProxyType({})


def limits_in_force(revisions: Iterable[Revision], *, file: str, aliases: Mapping[str, str] = NO_ALIASES) -> Limits:
    """The limits after the last of the revisions of the state file, oldest first, the work tree last.

    `aliases` (key -> full metric name) are those of the config: what a budget covers that names no metric itself.
    """
    last = deque(limits_by_revision(revisions, file=file, aliases=aliases), maxlen=1)
    return last[0][1] if last else Limits({}, ())


def limits_by_revision(
    revisions: Iterable[Revision], *, file: str, aliases: Mapping[str, str] = NO_ALIASES
) -> Iterator[tuple[Revision, Limits]]:
    """Walk revisions of the state file, oldest first: each with the limits in force after it."""
    in_force: dict[str, LimitInForce] = {}
    pending: dict[str, Loosening] = {}
    for revision in revisions:
        approved = approver_of(revision)
        in_force = follow(in_force, revision.budgets, aliases)
        known = dict(in_force)
        for key in [*in_force, *(key for key in revision.budgets if key not in in_force)]:
            old, new = in_force.get(key), revision.budgets.get(key)
            if old is not None and new is None and _is_inherited(old, revision.budgets, aliases):
                in_force.pop(key)
                continue
            if old is not None and is_looser(old.budget, new, aliases.get(key)) and not approved:
                asked = _loosening(old.budget, new, aliases.get(key), file, revision.commit)
                asked = replace(asked, now="" if new else likely_name(old.budget, known, revision.budgets))
                if key not in pending or (pending[key].to, pending[key].scope) != (asked.to, asked.scope):
                    pending[key] = asked
                continue
            pending.pop(key, None)
            if new is None:
                in_force.pop(key, None)
            elif old is not None and is_same(old.budget, new):
                in_force[key] = LimitInForce(
                    key=key, budget=new, commit=old.commit, author=old.author, approved_by=old.approved_by
                )
            else:
                in_force[key] = LimitInForce(
                    key=key, budget=new, commit=revision.commit, author=revision.author, approved_by=approved
                )
        pending = {key: one for key, one in pending.items() if key in in_force}
        yield revision, Limits(dict(in_force), tuple(pending.values()))


def _is_inherited(old: LimitInForce, budgets: Mapping[str, Budget], aliases: Mapping[str, str]) -> bool:
    """True when a budget that was there beside the old one is its new name, and allows no more."""
    new = heir(old.key, budgets)
    return new is not None and not is_looser(renamed(old, new.key, aliases).budget, new, aliases.get(new.key))


def _loosening(old: Budget, new: Budget | None, alias: str | None, file: str, commit: str | None) -> Loosening:
    line = new.line if new else old.line
    scope = scope_change(old, new, alias) if new is not None and covers_less(old, new, alias) else ""
    to = new.text if new else None
    return Loosening(key=old.key, old=old.text, to=to, file=file, line=line, commit=commit, scope=scope)


def approver_of(revision: Revision) -> str:
    """The approval that counts for this revision, or nothing: a listed approver who is not the author."""
    listed = {_email(one) for one in revision.approvers}
    author = _email(revision.author)
    return next((one for one in revision.approvals if _email(one) in listed and _email(one) != author), "")


def is_same(old: Budget, new: Budget) -> bool:
    """True when both say the same limit of the same metrics and branches: whoever wrote it first set it."""
    return (old.text, old.metric, old.branches) == (new.text, new.metric, new.branches)


def relimited(budget: Budget, new: Budget) -> Budget:
    """The budget with another limit: what it covers stays."""
    return replace(budget, limit=new.limit, relative=new.relative, direction=new.direction, text=new.text)


def is_looser(old: Budget, new: Budget | None, alias: str | None = None) -> bool:
    """True when `new` allows something that `old` forbids, or can no longer be compared with it.

    `alias` is the metric that the config ties to the key.
    """
    if new is None or new.direction != old.direction or covers_less(old, new, alias):
        return True
    if old.limit is None or new.limit is None:
        if old.relative is None or new.relative is None:
            return True
        return new.relative > old.relative
    if old.limit.unit.dimension != new.limit.unit.dimension:
        return True
    if old.direction == "higher":
        return new.limit.base < old.limit.base
    return new.limit.base > old.limit.base


def _email(person: str) -> str:
    return person.rpartition("<")[2].rstrip("> ").strip().lower()
