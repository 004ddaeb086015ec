"""A budget under another key: its limit and history follow where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from resonance_perf.model.budget import Budget, LimitInForce


def follow(
    in_force: Mapping[str, LimitInForce], budgets: Mapping[str, Budget], aliases: Mapping[str, str]
) -> dict[str, LimitInForce]:
    """The limits in force under the keys that `budgets` gives them with `renamed_from`; nothing else changes.

    A key that is still there, or that a budget in force has already, is no new name. A budget that the config ties to
    a metric by its old key alone keeps that metric: a rename may not let it go.
    """
    found = dict(in_force)
    for key, new in budgets.items():
        was = new.renamed_from
        if was is not None and was in found and was not in budgets and key not in found:
            found[key] = renamed(found.pop(was), key, aliases)
    return found


def renamed(old: LimitInForce, key: str, aliases: Mapping[str, str]) -> LimitInForce:
    """The limit under another key."""
    metric = old.budget.metric or (None if key in aliases else aliases.get(old.key))
    return replace(old, key=key, budget=replace(old.budget, key=key, metric=metric))


def heir(key: str, budgets: Mapping[str, Budget]) -> Budget | None:
    """The budget that says that it had this key."""
    return next((one for one in budgets.values() if one.renamed_from == key), None)


def likely_name(old: Budget, in_force: Mapping[str, LimitInForce], budgets: Mapping[str, Budget]) -> str:
    """The new key that says what the removed budget said, or nothing."""
    said = (old.text, old.branches)
    return next((key for key, new in budgets.items() if key not in in_force and (new.text, new.branches) == said), "")
