"""The budgets fence as values: quantities, bounds, relative bounds, mappings."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from resonance_perf.memory.fence import Fence, find_fence
from resonance_perf.model.budget import Budget, Ratchet
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.metric import Direction
from resonance_perf.model.quantity import parse_quantity

if TYPE_CHECKING:  # see fence.py
    from ruamel.yaml.nodes import Node

KEYS = ("limit", "metric", "warn", "ratchet", "why")
RATCHETS: dict[str, Ratchet] = {"auto": "auto", "propose": "propose", "off": "off"}


def read_budgets(text: str, file: str) -> tuple[tuple[Budget, ...], tuple[Problem, ...]]:
    """Every budget of the file in its order, and every problem with its place."""
    fence, problems = find_fence(text, file)
    if fence is None:
        return (), problems
    budgets: list[Budget] = []
    found = list(problems)
    for key, value in fence.budgets.value:
        budget = _entry(fence, str(key.value), value, file)
        if isinstance(budget, Budget):
            budgets.append(budget)
        else:
            found.append(budget)
    return tuple(budgets), tuple(found)


def read_value(key: str, text: str) -> Budget:
    """A budget from its limit alone: `100ms`, `<= 100ms`, `>= 60fps`, `+5%`.

    Raises:
        ValueError: with a sentence, when it is none of these.
    """
    bare = text.strip()
    if bare.startswith("+"):
        share = parse_quantity(bare[1:])
        if share.unit.symbol != "%":
            raise ValueError(f'"{text}" is not a relative bound; write +5% for "at most 5 % worse than the baseline"')
        return Budget(key=key, limit=None, relative=share.value / 100, direction="lower", text=bare, line=0)
    sign = next((one for one in ("<=", ">=", "<", ">") if bare.startswith(one)), "")
    limit = parse_quantity(bare[len(sign) :])
    direction: Direction = "higher" if sign.startswith(">") else "lower"
    if not sign and limit.unit.higher_is_better:
        direction = "higher"
    return Budget(key=key, limit=limit, direction=direction, text=bare, line=0)


def _entry(fence: Fence, key: str, value: Node, file: str) -> Budget | Problem:
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    if isinstance(value, ScalarNode):
        return _limit(fence, key, value, file)
    if not isinstance(value, MappingNode):
        return Problem(f'"{key}" is a list', fence.place(value, file), 'Write a limit, such as "100ms".')
    fields: dict[str, tuple[str, Location]] = {}
    for name, node in value.value:
        place = fence.place(name, file)
        if name.value not in KEYS:
            close = difflib.get_close_matches(str(name.value), KEYS, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else f"Use one of {', '.join(KEYS)}."
            return Problem(f'"{key}" has an unknown key "{name.value}"', place, hint)
        if not isinstance(node, ScalarNode):
            return Problem(f'"{name.value}" is not a single value', fence.place(node, file), "Write one value.")
        fields[str(name.value)] = (str(node.value), fence.place(node, file))
    limit = limit_node(value)
    if limit is None:
        return Problem(f'"{key}" has no limit', fence.place(value, file), 'Add "limit": "100ms".')
    budget = _limit(fence, key, limit, file)
    return budget if isinstance(budget, Problem) else _refined(budget, fields)


def _limit(fence: Fence, key: str, node: Node, file: str) -> Budget | Problem:
    place = fence.place(node, file)
    try:
        budget = read_value(key, str(node.value))
    except ValueError as error:
        return Problem(f"{key}: {error}", place)
    assert place.line is not None and place.column is not None
    return replace(budget, line=place.line, column=place.column)


def _refined(budget: Budget, fields: dict[str, tuple[str, Location]]) -> Budget | Problem:
    warn, ratchet = budget.warn, budget.ratchet
    if "warn" in fields:
        text, place = fields["warn"]
        try:
            share = parse_quantity(text)
        except ValueError as error:
            return Problem(f"{budget.key}: {error}", place)
        if share.unit.symbol != "%" or not 0 <= share.value <= 100:
            return Problem(f'{budget.key}: "warn" is a share of the limit', place, 'Write it like "10%".')
        warn = share.value / 100
    if "ratchet" in fields:
        text, place = fields["ratchet"]
        if text not in RATCHETS:
            return Problem(f'{budget.key}: "{text}" is no ratchet', place, "Use auto, propose or off.")
        ratchet = RATCHETS[text]
    metric = fields["metric"][0] if "metric" in fields else None
    return replace(budget, warn=warn, ratchet=ratchet, metric=metric, why=fields.get("why", ("",))[0])


def limit_node(value: Node) -> Node | None:
    """The node that holds the limit: the value itself, or its `limit`."""
    from ruamel.yaml.nodes import MappingNode

    if not isinstance(value, MappingNode):
        return value
    return next((node for name, node in value.value if name.value == "limit"), None)
