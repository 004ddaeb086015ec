"""A budget under another key: its limit and history follow where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from resonance_perf.judge.limits import is_looser
from resonance_perf.judge.state import Setting, real
from resonance_perf.model.budget import Budget

Settings = Mapping[str, tuple[Setting, ...]]


def followed(limits: Settings, written: Mapping[str, Budget]) -> dict[str, tuple[Setting, ...]]:
    """The settings under the keys that `written` gives them with `renamed_from`; nothing else changes.

    A key that is still there, or that a budget in force has already, is no new name.
    """
    found = dict(limits)
    for key, new in written.items():
        was = new.renamed_from
        if was is not None and was not in written and real(found.get(was, ())) and not real(found.get(key, ())):
            found[key] = renamed(found.pop(was), key)
    return found


def renamed(settings: tuple[Setting, ...], key: str) -> tuple[Setting, ...]:
    """The settings under another key. The metric of the old one stays: a rename may not let it go."""
    return tuple(replace(one, budget=replace(budget, key=key)) for one, budget in real(settings))


def is_inherited(key: str, settings: tuple[Setting, ...], written: Mapping[str, Budget]) -> bool:
    """True when a budget that was there beside the one with this key is its new name, and allows no more."""
    new = next((one for one in written.values() if one.renamed_from == key), None)
    return new is not None and not any(is_looser(old, new) for _, old in real(renamed(settings, new.key)))


def likely_name(settings: tuple[Setting, ...], limits: Settings, written: Mapping[str, Budget]) -> str:
    """The new key that says what a removed budget said, or nothing."""
    said = [(budget.text, budget.branches) for _, budget in real(settings)]
    return next((key for key, new in written.items() if key not in limits and (new.text, new.branches) in said), "")
