"""The budgets fence as values: quantities, bounds, relative bounds, mappings."""

from __future__ import annotations

from dataclasses import replace

from resonance_perf.memory.fence import Fence, find_fence
from resonance_perf.memory.nodes import Items, Mapping, Node, Scalar
from resonance_perf.model.budget import Budget, Ratchet
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.metric import Direction
from resonance_perf.model.quantity import parse_quantity

KEYS = ("limit", "metric", "branches", "warn", "ratchet", "why", "renamed_from")
RATCHETS: dict[str, Ratchet] = {"auto": "auto", "propose": "propose", "off": "off"}
_SIGNS: dict[str, Direction] = {
    "<=": "lower", ">=": "higher", "≤": "lower", "≥": "higher", "<": "lower", ">": "higher",
}  # fmt: skip


def read_budgets(text: str, file: str) -> tuple[tuple[Budget, ...], tuple[Problem, ...]]:
    """Every budget of the file in its order, and every problem with its place."""
    fence, problems = find_fence(text, file)
    if fence is None:
        return (), problems
    found = [_entry(fence, key, value, file) for key, value in fence.budgets.entries]
    return (
        tuple(one for one in found if isinstance(one, Budget)),
        tuple(one for one in found if isinstance(one, Problem)),
    )


def read_value(key: str, text: str) -> Budget:
    """A budget from its limit alone: `100ms`, `<= 100ms`, `>= 60fps`, `+5%`. It has no place: its line is 0.

    Raises:
        ValueError: with a sentence, when it is none of these.
    """
    bare = text.strip()
    sign = next((one for one in _SIGNS if bare.startswith(one)), "")
    bound = bare[len(sign) :].strip()
    if bound.startswith("+"):
        share = parse_quantity(bound[1:])
        if share.unit.symbol != "%" or _SIGNS.get(sign) == "higher":
            raise ValueError(f'"{text}" is not a relative bound; write +5% for "at most 5 % worse than the baseline"')
        return Budget(key=key, limit=None, relative=share.value / 100, direction="lower", text=bare, line=0)
    limit = parse_quantity(bound)
    if limit.value < 0:
        raise ValueError(f'"{text}" is negative; a limit is 0 or more, and "+5%" is a bound on the change')
    direction: Direction = _SIGNS.get(sign, "higher" if limit.unit.higher_is_better else "lower")
    return Budget(key=key, limit=limit, direction=direction, text=bare, line=0)


def limit_node(value: Node) -> Node | None:
    """The node that holds the limit: the value itself, or its `limit`."""
    return value.get("limit") if isinstance(value, Mapping) else value


def _entry(fence: Fence, key: Scalar, value: Node, file: str) -> Budget | Problem:
    name = key.text
    if not name.strip() or not name.isprintable():
        return Problem("a budget needs a name", fence.place(key.start, file), 'Write "key": "100ms".')
    if isinstance(value, Scalar):
        return _limit(fence, name, value, file)
    if not isinstance(value, Mapping):
        return Problem(f'"{name}" is a list', fence.place(value.start, file), 'Write a limit, such as "100ms".')
    for part, node in value.entries:
        if part.text not in KEYS:
            message = f'"{name}" has an unknown key "{part.text}"'
            return Problem(message, fence.place(part.start, file), _suggestion(part.text))
        if part.text == "branches" and not _texts(node):
            hint = 'Write their names or patterns: ["main", "release/*"].'
            return Problem(f'"{name}" names no branches', fence.place(node.start, file), hint)
        if not isinstance(node, Scalar) and part.text != "branches":
            return Problem(f'"{part.text}" is not a single value', fence.place(node.start, file), "Write one value.")
    limit = limit_node(value)
    if not isinstance(limit, Scalar):
        return Problem(f'"{name}" has no limit', fence.place(value.start, file), 'Add "limit": "100ms".')
    budget = _limit(fence, name, limit, file)
    return budget if isinstance(budget, Problem) else _refined(budget, fence, value, file)


def _limit(fence: Fence, key: str, node: Scalar, file: str) -> Budget | Problem:
    place = fence.place(node.start, file)
    if not node.quote and node.text in ("", "null", "~"):
        return Problem(f'"{key}" has no limit', place, 'Write one, such as "100ms".')
    try:
        budget = read_value(key, node.text)
    except ValueError as error:
        return Problem(f"{key}: {error}", place)
    assert place.line is not None and place.column is not None
    return replace(budget, line=place.line, column=place.column)


def _refined(budget: Budget, fence: Fence, value: Mapping, file: str) -> Budget | Problem:
    given: dict[str, tuple[str, Location]] = {
        part.text: (node.text.strip(), fence.place(node.start, file))
        for part, node in value.entries
        if isinstance(node, Scalar)
    }
    warn, ratchet = budget.warn, budget.ratchet
    if "warn" in given:
        text, place = given["warn"]
        try:
            share = parse_quantity(text)
        except ValueError as error:
            return Problem(f"{budget.key}: {error}", place)
        if share.unit.symbol != "%" or not 0 <= share.value < 100:
            return Problem(f'{budget.key}: "warn" is a share of the limit', place, 'Write it like "10%".')
        warn = share.value / 100
    if "ratchet" in given:
        text, place = given["ratchet"]
        if text not in RATCHETS:
            return Problem(f'{budget.key}: "{text}" is no ratchet', place, "Use auto, propose or off.")
        ratchet = RATCHETS[text]
    metric = given["metric"][0] or None if "metric" in given else None
    branches = _texts(value.get("branches"))
    why, was = (given[name][0] if name in given else "" for name in ("why", "renamed_from"))
    return replace(
        budget, warn=warn, ratchet=ratchet, metric=metric, branches=branches, why=why, renamed_from=was or None
    )


def _texts(node: Node | None) -> tuple[str, ...]:
    """The texts of one value or of a list of them; nothing when one of them is none."""
    nodes = node.nodes if isinstance(node, Items) else () if node is None else (node,)
    texts = tuple(
        one.text.strip() for one in nodes if isinstance(one, Scalar) and (one.quote or one.text not in ("null", "~"))
    )
    return texts if len(texts) == len(nodes) and all(texts) else ()


def _suggestion(key: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key.lower(), KEYS, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Use one of {', '.join(KEYS)}."
