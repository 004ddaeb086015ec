"""Edits of the three files as values: `apply(text) -> text`, pure, and the same again when applied again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from resonance_perf.memory.fence import Fence, find_fence
from resonance_perf.memory.log import append_row
from resonance_perf.memory.markers import newline_of, with_section
from resonance_perf.memory.prose import add_lesson, record_decision
from resonance_perf.memory.tables import STATUS_HEAD, head_of, status_line
from resonance_perf.model.errors import BadFileError, ResonanceError
from resonance_perf.model.record import Decision, Lesson, MemoryRow, StatusRow

STATE, MEMORY = "01_state.md", "02_memory.md"


class EditConflictError(ResonanceError):
    """Somebody changed by hand what the edit would change."""


class Edit(Protocol):
    """A change of one file."""

    def apply(self, text: str) -> str:
        """The text with the change; the same text when it has it already.

        Raises:
            BadFileError: when the file cannot be edited safely.
            EditConflictError: when a person changed the same thing.
        """
        ...


@dataclass(frozen=True, slots=True)
class AppendRow:
    """One more row at the end of the log."""

    row: MemoryRow

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return append_row(text, self.row, MEMORY)


@dataclass(frozen=True, slots=True)
class AddLesson:
    """One more line under `## Lessons`."""

    lesson: Lesson

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return add_lesson(text, self.lesson)


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """One more entry under `## Performance decisions`."""

    decision: Decision

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return record_decision(text, self.decision)


@dataclass(frozen=True, slots=True)
class ReplaceStatus:
    """The status table, whole."""

    rows: tuple[StatusRow, ...]
    stamp: str

    def apply(self, text: str) -> str:
        """See `Edit`."""
        nl = newline_of(text)
        text, section = with_section(text, "status", "## Performance status", STATE)
        lines = [*head_of(STATUS_HEAD), *map(status_line, self.rows), "", f"Newest measurement: {self.stamp}"]
        return text[: section.start] + "".join(line + nl for line in lines) + text[section.end :]


@dataclass(frozen=True, slots=True)
class SetBudget:
    """The limit of one budget, from `old` to `new`; only the value's own characters change."""

    key: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """See `Edit`."""
        from resonance_perf.memory.budgets import limit_node

        fence = _fence(text)
        value = next((value for key, value in fence.budgets.value if key.value == self.key), None) if fence else None
        node = limit_node(value) if value is not None else None
        if fence is None or node is None:
            raise EditConflictError(f"{STATE} has no budget {self.key} any more; it was not changed to {self.new}")
        found = str(node.value).strip()
        if found == self.new:
            return text
        if found != self.old:
            raise EditConflictError(
                f"{STATE}: {self.key} is {found} now, not {self.old}: somebody changed it; it was not set to {self.new}"
            )
        start, stop = (fence.start + mark.index for mark in (node.start_mark, node.end_mark))
        quote = text[start] if text[start] in "\"'" else '"' if fence.language == "json" else ""
        return text[:start] + quote + self.new + quote + text[stop:]


@dataclass(frozen=True, slots=True)
class AddBudget:
    """A new budget at the end of the fence; the fence is added at the end of the file when there is none."""

    key: str
    value: str

    def apply(self, text: str) -> str:
        """See `Edit`."""
        nl = newline_of(text)
        fence = _fence(text)
        pair = f'"{self.key}": "{self.value}"'
        if fence is None:
            gap = "" if not text else nl if text.endswith("\n") else nl + nl
            lines = ("## Performance budgets", "", "```json", "{", '  "budgets": {', f"    {pair}", "  }", "}", "```")
            return text + gap + "".join(line + nl for line in lines)
        entries = fence.budgets.value
        if any(key.value == self.key for key, _ in entries):
            return text
        if entries:
            key, last = entries[-1]
            at = fence.start + _end_of_value(fence, last)
            on_own_line = len(entries) == 1 or entries[-2][0].start_mark.line != key.start_mark.line
            indent = " " * key.start_mark.column
            if fence.budgets.flow_style:
                return f"{text[:at]},{nl + indent if on_own_line else ' '}{pair}{text[at:]}"
            return f'{text[:at]}{nl}{indent}{self.key}: "{self.value}"{text[at:]}'
        start, stop = (fence.start + mark.index for mark in (fence.budgets.start_mark, fence.budgets.end_mark))
        indent = " " * (len(_line_to(text, start)) - len(_line_to(text, start).lstrip()))
        if fence.language == "json" or text[start : start + 1] == "{":
            return f"{text[:start]}{{{nl}{indent}  {pair}{nl}{indent}}}{text[stop:]}"
        at = len(text[:start].rstrip())
        return f'{text[:at]}{nl}  {self.key}: "{self.value}"{text[at:]}'


_EDITS: dict[str, type[AppendRow | AddLesson | RecordDecision | ReplaceStatus | SetBudget | AddBudget]] = {
    one.__name__: one for one in (AppendRow, AddLesson, RecordDecision, ReplaceStatus, SetBudget, AddBudget)
}
_VALUES = {"row": MemoryRow, "lesson": Lesson, "decision": Decision}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """An edit for the outbox."""
    name = type(edit).__name__
    assert name in _EDITS
    return {"edit": name, **asdict(edit)}  # type: ignore[call-overload]  # every edit is a dataclass


def edit_from_json(body: Mapping[str, Any]) -> Edit:
    """The edit that `edit_to_json` wrote."""
    kind = _EDITS[body["edit"]]
    found: dict[str, Any] = {}
    for field in fields(kind):
        value = body[field.name]
        if field.name in _VALUES:
            value = _VALUES[field.name](**value)
        elif field.name == "rows":
            value = tuple(StatusRow(**row) for row in value)
        found[field.name] = value
    return kind(**found)


def _fence(text: str) -> Fence | None:
    fence, problems = find_fence(text, STATE)
    if problems:
        raise BadFileError(problems)
    return fence


def _end_of_value(fence: Fence, node: Any) -> int:
    """The offset after a value; a block mapping's own end mark lies behind the blank lines that follow it."""
    stop = node.end_mark.index
    return len(fence.content[:stop].rstrip()) if not getattr(node, "flow_style", True) else stop


def _line_to(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 : at]
