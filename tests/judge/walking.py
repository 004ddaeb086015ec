"""Budgets, commits and a line of them, for tests of the law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from resonance_perf.judge.approval import Approval, Signature
from resonance_perf.judge.limits import Limits
from resonance_perf.judge.state import Revision, State, limits_of
from resonance_perf.judge.walk import step
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import Budget
from resonance_perf.model.law import Law

ADA, BOB, EVE = "Ada <ada@x.org>", "Bob <bob@x.org>", "Eve <eve@x.org>"
LAW = Law(state_dir=".resonance", approvers=(ADA,))
START = State(law=LAW)


def budget(text: str, *, line: int = 5, metric: str | None = None, key: str = "p95") -> Budget:
    return replace(read_value(key, text), line=line, metric=metric)


def wrote(
    commit: str | None, *budgets: Budget, author: str = BOB, by: tuple[str, ...] = (),
    names: Mapping[str, str | None] | None = None, same: Mapping[str, str] | None = None, law: Law | None = LAW,
    signature: Signature | None = None,
) -> Revision:  # fmt: skip
    """A commit that leaves these budgets."""
    approval = Approval(author=author, by=by, names=names or {}, same=same or {}, signature=signature)
    found = {one.key: one for one in budgets}
    return Revision(commit=commit, approval=approval, budgets=found, law=law, file="01_state.md", config="c.yaml")


def unrelated(_new: str, _old: str) -> bool:
    return False


def line(*steps: Revision, start: State = START) -> Iterator[tuple[Revision, State]]:
    """Each commit with what holds after it."""
    state = start
    for one in steps:
        state = step([state], one, unrelated)
        yield one, state


def after(*steps: Revision, start: State = START) -> State:
    return [start, *(state for _, state in line(*steps, start=start))][-1]


def walked(*steps: Revision) -> Limits:
    return limits_of(after(*steps))
