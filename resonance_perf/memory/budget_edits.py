"""Edits of the budgets fence: one value is replaced, or one entry added; every other character stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from resonance_perf.memory.budgets import limit_node, read_budgets
from resonance_perf.memory.fence import Fence, find_fence
from resonance_perf.memory.markers import gap_before, newline_of, refuse_conflicts
from resonance_perf.memory.nodes import Mapping, Node, Scalar
from resonance_perf.model.errors import BadFileError, ResonanceError, WriteRefusedError

_Entry = tuple[str, str | None, tuple[str, ...], str]
"""Limit, metric, branches, why."""

_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.A)


class EditConflictError(ResonanceError):
    """Somebody changed by hand what the edit would change."""


def set_budget(text: str, key: str, old: str, new: str, file: str) -> str:
    """The text in which the limit `old` of `key` is `new`; unchanged when it is already.

    Raises:
        EditConflictError: when the limit is neither, or is not there any more.
        BadFileError: when the fence cannot be read.
        WriteRefusedError: when the value is written so that it cannot be replaced alone.
    """
    fence = _fence(text, file)
    value = fence.budgets.get(key) if fence else None
    node = limit_node(value) if value is not None else None
    if fence is None or not isinstance(node, Scalar):
        raise EditConflictError(f"{file} has no budget {key} any more; it was not changed to {new}")
    found = node.text.strip()
    if found == new.strip():
        return text
    if found != old.strip():
        message = f"{file}: {key} is {found} now, not {old}: somebody changed it; it was not set to {new}"
        raise EditConflictError(message)
    head, tail = text[: fence.start + node.start], text[fence.start + node.end :]
    here = _said(text, file)
    wanted = {**here, key: (new.strip(), *here[key][1:])}
    return _first_that_reads((head + one + tail for one in _written(new, node, fence)), wanted, key, file)


def add_budget(text: str, key: str, value: str, file: str, *, metric: str = "", why: str = "") -> str:
    """The text with one more budget at the end of the fence; unchanged when it is there with this limit.

    With a `metric` or a `why` it is a mapping. Where there is no fence, one is added at the end of the file.

    Raises:
        EditConflictError: when the key is there with another limit.
        BadFileError: when the fence cannot be read.
        WriteRefusedError: when the fence is written so that nothing can be added.
    """
    fence = _fence(text, file)
    here = _said(text, file)
    if key in here:
        if here[key][0] == value.strip():
            return text
        raise EditConflictError(f"{file} has a budget {key} already, {here[key][0]}; {value} was not added")
    wanted = {**here, key: (value.strip(), metric or None, (), why)}
    nl = newline_of(text)
    parts = {name: part for name, part in (("limit", value), ("metric", metric), ("why", why)) if part}
    body = json.dumps(parts if metric or why else value, ensure_ascii=False)
    if fence is None:
        refuse_conflicts(text, file)
        pair = f"    {_quoted(key)}: {body}"
        lines = ("## Performance budgets", "", "```json", "{", '  "budgets": {', pair, "  }", "}", "```")
        candidates = [text + gap_before(text, nl) + "".join(line + nl for line in lines)]
    else:
        candidates = _joined(text, fence, key, body, nl)
    return _first_that_reads(candidates, wanted, key, file)


def _joined(text: str, fence: Fence, key: str, body: str, nl: str) -> list[str]:
    """The text with the entry (value: `body`) in each of the ways in which it may be written, the nicest first."""
    budgets = fence.budgets
    start, end = fence.start + budgets.start, fence.start + budgets.end
    indent = indent_of(text, start)
    quoted = f"{_quoted(key)}: {body}"
    block = f"{key if re.fullmatch('[A-Za-z][A-Za-z0-9_.-]*', key) else _quoted(key)}: {body}"
    if not budgets.entries:
        if fence.language == "json" or budgets.braces:
            return [f"{text[:start]}{{{nl}{indent}  {quoted}{nl}{indent}}}{text[end:]}"]
        at = len(text[:start].rstrip())  # an empty value stands, for the library, on the next line
        return [f"{text[:at]}{nl}{indent}  {block}{text[max(at, end if end > start else at) :]}"]
    first, last = budgets.entries[0][0], budgets.entries[-1]
    if budgets.braces:
        at = fence.start + last[1].end
        own_line = "\n" in fence.content[budgets.start : first.start]
        gap = nl + indent_of(text, fence.start + last[0].start) if own_line else " "
        return [f"{text[:at]},{gap}{quoted}{text[at:]}"]
    at = text.find("\n", fence.start + last_character(last[1])) + 1
    return [f"{text[:at]}{indent_of(text, fence.start + first.start)}{block}{nl}{text[at:]}"]


def _written(new: str, node: Scalar, fence: Fence) -> Iterable[str]:
    """The ways to write a limit, the one that is nearest to what stands there first."""
    if not node.quote and (fence.language != "json" or _JSON_NUMBER.fullmatch(new)):
        yield new
    if node.quote == "'":
        yield "'" + new.replace("'", "''") + "'"
    yield _quoted(new)


def _first_that_reads(candidates: Iterable[str], wanted: dict[str, _Entry], key: str, file: str) -> str:
    """The first text that reads as exactly the budgets that are wanted: no edit may change another budget."""
    for text in candidates:
        try:
            if _said(text, file) == wanted:
                return text
        except BadFileError:
            continue
    raise WriteRefusedError(
        f"{file}: {key} cannot be set to {wanted[key][0]} without changing more",
        hint="A fence above it that is not closed, or a value over several lines, is in the way: write it by hand.",
    )


def _said(text: str, file: str) -> dict[str, _Entry]:
    budgets, problems = read_budgets(text, file)
    if problems:
        raise BadFileError(problems)
    return {one.key: (one.text, one.metric, one.branches, one.why) for one in budgets}


def _fence(text: str, file: str) -> Fence | None:
    fence, problems = find_fence(text, file)
    if problems:
        raise BadFileError(problems)
    return fence


def last_character(node: Node) -> int:
    """The offset of the last character of a value in a block: behind it a comment may follow on the line."""
    while isinstance(node, Mapping) and not node.braces and node.entries:
        node = node.entries[-1][1]
    return max(node.start, node.end - 1)


def indent_of(text: str, at: int) -> str:
    """The white space at the start of the line that holds `at`."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
