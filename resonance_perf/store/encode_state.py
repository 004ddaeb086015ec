"""A state of the walk as a line of JSON, and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from resonance_perf.judge.state import Setting, State
from resonance_perf.model.budget import Budget, Loosening
from resonance_perf.model.law import Law
from resonance_perf.model.quantity import UNITS, Quantity

_NAMES = {kind: tuple(one.name for one in fields(kind)) for kind in (State, Law, Setting, Budget, Loosening)}
LAYOUT = repr(sorted((kind.__name__, names) for kind, names in _NAMES.items()))
"""Changes when one of the values gets another field."""


def state_to_json(state: State) -> str:
    """The whole state."""
    data = {
        "law": _plain(state.law),
        "signed": state.signed,
        "limits": {
            key: [{**_plain(one), "budget": _budget(one.budget)} for one in settings]
            for key, settings in state.limits.items()
        },
        "pending": [_plain(one) for one in state.pending.values()],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def state_from_json(text: str) -> State:
    """The state that was written so.

    Raises:
        ValueError, KeyError, TypeError: when it was not.
    """
    data = json.loads(text)
    return State(
        law=Law(**_with_tuples(data["law"])),
        signed=data["signed"],
        limits={
            key: tuple(Setting(**{**one, "budget": _budget_from(one["budget"])}) for one in settings)
            for key, settings in data["limits"].items()
        },
        pending={one["key"]: Loosening(**one) for one in data["pending"]},
    )


def _plain(value: State | Law | Setting | Budget | Loosening) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _NAMES[type(value)]}


def _budget(budget: Budget | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    limit = budget.limit
    return {**_plain(budget), "limit": [limit.value, limit.unit.symbol] if limit else None}


def _budget_from(data: dict[str, Any] | None) -> Budget | None:
    if data is None:
        return None
    limit = data["limit"]
    return Budget(**{**_with_tuples(data), "limit": Quantity(limit[0], UNITS[limit[1]]) if limit else None})


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
