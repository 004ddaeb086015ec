"""What holds after a commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from resonance_perf.judge.approval import Approval
from resonance_perf.judge.limits import Limits
from resonance_perf.model.budget import Budget, LimitInForce, Loosening
from resonance_perf.model.law import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A limit with the commit that set it. `budget` is None where an approved commit took it out."""

    budget: Budget | None
    commit: str | None
    author: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What holds after a commit.

    A key has one setting; several only where branches set limits that cannot be compared: then all of them hold.
    """

    law: Law
    signed: bool = False
    limits: Mapping[str, tuple[Setting, ...]] = field(default_factory=dict)
    pending: Mapping[str, Loosening] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What one commit (or the work tree: `commit` is None) wrote. `file` is its state file, `config` its config.

    `law` is None when it has no config that can be read, `budgets` when it has no state file that can.
    """

    commit: str | None
    approval: Approval
    budgets: Mapping[str, Budget] | None
    law: Law | None
    file: str
    config: str = ""


def real(settings: Iterable[Setting]) -> list[tuple[Setting, Budget]]:
    """The settings that hold something, each with its budget."""
    return [(one, one.budget) for one in settings if one.budget is not None]


def limits_of(state: State) -> Limits:
    """The limits that count in a state."""
    in_force = {
        key: LimitInForce(key=key, budget=one.budget, commit=one.commit, author=one.author, approved_by=one.approved_by)
        for key, (one, *_) in state.limits.items()
        if one.budget is not None
    }
    return Limits(in_force, tuple(state.pending.values()))
