"""A state of the walk as a line of JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from resonance_perf.judge.state import Setting, State
from resonance_perf.model.budget import Budget, Loosening
from resonance_perf.model.law import Law
from resonance_perf.model.quantity import UNITS, Quantity

T = TypeVar("T")

_NAMES: dict[object, tuple[str, ...]] = {
    kind: tuple(one.name for one in fields(kind)) for kind in (Law, Setting, Budget, Loosening)
}
LAYOUT = repr(list(_NAMES.values()))
"""Changes when one of the values gets another field."""


def state_to_json(state: State) -> str:
    """The whole state. Values are lists, in the order of their fields."""
    limits = {key: [_setting(one) for one in settings] for key, settings in state.limits.items()}
    pending = [_plain(one) for one in state.pending.values()]
    return json.dumps([_plain(state.law), state.signed, limits, pending], ensure_ascii=False, separators=(",", ":"))


def state_from_json(text: str) -> State:
    """The state that was written so."""
    law, signed, limits, pending = json.loads(text)
    return State(
        law=_made(Law, law),
        signed=signed,
        limits={key: tuple(_setting_from(one) for one in settings) for key, settings in limits.items()},
        pending={one.key: one for one in (_made(Loosening, data) for data in pending)},
    )


def _setting(one: Setting) -> list[Any]:
    budget, *rest = _plain(one)
    if budget is None:
        return [None, *rest]
    limit = budget.limit
    written = dict(zip(_NAMES[Budget], _plain(budget), strict=True))
    written["limit"] = [limit.value, limit.unit.symbol] if limit else None
    return [list(written.values()), *rest]


def _setting_from(data: list[Any]) -> Setting:
    written, *rest = data
    if written is None:
        return _made(Setting, data)
    at = _NAMES[Budget].index("limit")
    if written[at] is not None:
        value, symbol = written[at]
        written[at] = Quantity(value, UNITS[symbol])
    return _made(Setting, [_made(Budget, written), *rest])


def _plain(value: Law | Setting | Budget | Loosening) -> list[Any]:
    return [getattr(value, name) for name in _NAMES[type(value)]]


def _made(kind: Callable[..., T], data: list[Any]) -> T:
    parts = zip(_NAMES[kind], data, strict=True)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in parts})
