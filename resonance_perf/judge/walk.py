"""The limit in force: tightening counts from anyone, loosening only with an approval (DESIGN §3).

History is a graph, and so is this: each commit has a state, made of its parents' states and of what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from resonance_perf.judge.approval import Approval, approver_of
from resonance_perf.judge.limits import is_looser
from resonance_perf.judge.renames import followed, is_inherited, likely_name
from resonance_perf.judge.scope import covers_less, scope_change
from resonance_perf.judge.state import Revision, Setting, State, real
from resonance_perf.model.budget import SIGNATURE, Budget, Loosening
from resonance_perf.model.law import Law

Descends = Callable[[str, str], bool]
"""`descends(new, old)`: whether commit `old` is in the history of commit `new`."""


def merged(parents: Sequence[State], descends: Descends) -> State:
    """What holds before a commit with these parents writes anything.

    The newer setting of a key counts where one was made knowing the other, else the tighter. Approvers are those that
    every parent lists.
    """
    first = parents[0]
    if len(parents) == 1:
        return first
    keys = dict.fromkeys(key for one in parents for key in one.limits)
    approvers = tuple(one for one in first.law.approvers if all(one in other.law.approvers for other in parents))
    return State(
        law=replace(first.law, approvers=approvers),
        signed=any(one.signed for one in parents),
        limits={key: _combined([s for one in parents for s in one.limits.get(key, ())], descends) for key in keys},
        pending={key: value for one in reversed(parents) for key, value in one.pending.items()},
    )


def step(parents: Sequence[State], revision: Revision, descends: Descends) -> State:
    """What holds after a revision: the parents' limits, and what it tightens, or loosens with an approval."""
    before = merged(parents, descends)
    approver, why = approver_of(revision.approval, before.law.approvers, signed=before.signed)
    law = revision.law or replace(before.law, approvers=())
    signed = law.require_signature or (before.signed and not (approver and not revision.approval.names))
    pending = {key: one for key, one in before.pending.items() if key != SIGNATURE}
    if signed and not law.require_signature:
        unsigned = Loosening(
            key=SIGNATURE, old="true", to="false", file=revision.config, line=1, commit=revision.commit, why=why
        )
        pending[SIGNATURE] = before.pending.get(SIGNATURE, unsigned)
    if revision.budgets is None:
        return State(law=law, signed=signed, limits=before.limits, pending=pending)
    limits: dict[str, tuple[Setting, ...]] = {}
    written = {key: _about(budget, law) for key, budget in revision.budgets.items()}
    held = followed(before.limits, written)
    for key in dict.fromkeys((*held, *written)):
        settings, new = held.get(key, ()), written.get(key)
        asked = next((_loosening(old, new, revision, why) for _, old in real(settings) if is_looser(old, new)), None)
        noted = pending.pop(key, None)
        if asked is not None and new is None and is_inherited(key, settings, written):
            continue
        if asked is not None and not (approver and _approved(asked, parents[0].pending.get(key), revision.approval)):
            limits[key] = settings
            since = noted if noted is not None and _is_same(noted, asked) else asked
            now = "" if new else likely_name(settings, held, written)
            pending[key] = replace(asked, commit=since.commit, why=since.why, now=now)
        else:
            limits[key] = _set(settings, new, revision, approver if asked else "")
    pending = {key: one for key, one in pending.items() if key in limits or key == SIGNATURE}
    return State(law=law, signed=signed, limits=limits, pending=pending)


def _approved(asked: Loosening, before: Loosening | None, approval: Approval) -> bool:
    """An approval covers what its commit names; where it names nothing, what its commit changes, not what was there."""
    changed = before is None or not _is_same(before, asked)
    return approval.covers(asked.key, asked.to, changed=changed)


def _set(settings: tuple[Setting, ...], new: Budget | None, revision: Revision, approver: str) -> tuple[Setting, ...]:
    found = real(settings)
    if new is None and not found:
        return settings
    if new is not None and len(found) == 1 and not approver and not is_looser(new, found[0][1]):
        # The same in other words: whoever set it has set it. The number stays, so that many small steps within the
        # tolerance do not become a large one.
        setting, old = found[0]
        return (replace(setting, budget=replace(new, limit=old.limit, relative=old.relative)),)
    author = revision.approval.author
    return (Setting(budget=new, commit=revision.commit, author=author, approved_by=approver),)


def _combined(settings: Sequence[Setting], descends: Descends) -> tuple[Setting, ...]:
    newest = [one for one in settings if not any(_replaces(other, one, descends) for other in settings)]
    kept: list[tuple[Setting, Budget]] = []
    for one, budget in real(newest):
        if not any(not is_looser(budget, other) for _, other in kept):
            kept = [pair for pair in kept if is_looser(pair[1], budget)] + [(one, budget)]
    return tuple(one for one, _ in kept) or tuple(newest[:1])


def _replaces(new: Setting, old: Setting, descends: Descends) -> bool:
    if new.commit is None or old.commit is None or new.commit == old.commit:
        return False
    return descends(new.commit, old.commit)


def _about(budget: Budget, law: Law) -> Budget:
    return replace(budget, metric=budget.metric or law.metrics.get(budget.key))


def _loosening(old: Budget, new: Budget | None, revision: Revision, why: str) -> Loosening:
    scope = scope_change(old, new) if new is not None and covers_less(old, new, None) else ""
    return Loosening(
        key=old.key, old=old.text, to=new.text if new else None, file=revision.file, line=new.line if new else old.line,
        commit=revision.commit, scope=scope, why=why,
    )  # fmt: skip


def _is_same(one: Loosening, other: Loosening) -> bool:
    return (one.to, one.scope) == (other.to, other.scope)
