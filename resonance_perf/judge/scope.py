"""What a budget covers: which metrics, on which branches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.pattern import covers, is_pattern, matches, matches_any


def metric_of(budget: Budget, aliases: Mapping[str, str]) -> str | None:
    """The metric that a budget limits, or the pattern: its own `metric`, else the one whose alias is the key."""
    return budget.metric or aliases.get(budget.key)


def covered(budget: Budget, aliases: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the full metric names that the budget limits, in their order."""
    wanted = metric_of(budget, aliases)
    return tuple(name for name in names if wanted is not None and matches(wanted, name))


def limited(limits: Iterable[LimitInForce], aliases: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the full metric names that any of the budgets limits, in their order."""
    every = tuple(names)
    found = {name for one in limits for name in covered(one.budget, aliases, every)}
    return tuple(name for name in every if name in found)


def is_elsewhere(budget: Budget, branch: str | None) -> bool:
    """True on a branch that the budget is not about. A detached HEAD proves nothing: there it counts."""
    return bool(budget.branches) and branch is not None and not matches_any(budget.branches, branch)


def may_tighten(budget: Budget) -> bool:
    """False for a pattern: what one of many metrics gained is no reason to ask it of the others."""
    return budget.metric is None or not is_pattern(budget.metric)


def covers_less(old: Budget, new: Budget, alias: str | None) -> bool:
    """True when a metric or a branch of `old` is not certain to be one of `new`."""
    before, after = old.metric or alias, new.metric or alias
    if before is not None and (after is None or not covers(after, before)):
        return True
    if not new.branches:
        return False
    return not old.branches or not all(any(covers(wide, one) for wide in new.branches) for one in old.branches)


def scope_change(old: Budget, new: Budget) -> str:
    """`shop-*.p95 → shop-a.p95`, `all branches → main`."""
    told = []
    if old.metric != new.metric:
        told.append(f"{old.metric or 'no metric'} → {new.metric or 'no metric'}")
    if old.branches != new.branches:
        was, now = (", ".join(one.branches) or "all branches" for one in (old, new))
        told.append(f"{was} → {now}")
    return "; ".join(told)
