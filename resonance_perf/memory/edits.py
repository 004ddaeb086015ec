"""Edits of the three files as values: `apply(text) -> text`, pure, and the same again when applied again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from resonance_perf.memory.budget_edits import EditConflictError, add_budget, set_budget
from resonance_perf.memory.log import append_row
from resonance_perf.memory.markers import newline_of, with_section
from resonance_perf.memory.prose import add_lesson, record_decision
from resonance_perf.memory.status import status_lines
from resonance_perf.model.errors import UsageError
from resonance_perf.model.record import Decision, Lesson, MemoryRow, StatusRow

__all__ = [
    "AddBudget", "AddLesson", "AppendRow", "Edit", "EditConflictError", "RecordDecision", "ReplaceStatus", "SetBudget",
    "edit_from_json", "edit_to_json",
]  # fmt: skip

SOUL, STATE, MEMORY = "00_soul.md", "01_state.md", "02_memory.md"


class Edit(Protocol):
    """A change of one file."""

    def apply(self, text: str) -> str:
        """The text with the change; the same text when it has it already.

        Raises:
            BadFileError: when the file cannot be edited safely; names the place.
            EditConflictError: when a person changed the same thing.
            WriteRefusedError: when what stands there cannot be changed alone.
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
        return add_lesson(text, self.lesson, MEMORY)


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """One more entry under `## Performance decisions`."""

    decision: Decision

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return record_decision(text, self.decision, SOUL)


@dataclass(frozen=True, slots=True)
class ReplaceStatus:
    """The status table. `stamp` is the time of the newest measurement, as text; the rows of the budgets in `unknown`
    stay as they are, where there are any."""

    rows: tuple[StatusRow, ...]
    stamp: str
    unknown: tuple[str, ...] = ()

    def apply(self, text: str) -> str:
        """See `Edit`."""
        nl = newline_of(text)
        text, section = with_section(text, "status", "## Performance status", STATE)
        lines = status_lines(text[section.start : section.end], self.rows, self.stamp, self.unknown)
        return text[: section.start] + "".join(line + nl for line in lines) + text[section.end :]


@dataclass(frozen=True, slots=True)
class SetBudget:
    """The limit of one budget, from `old` to `new`; only the value's own characters change."""

    key: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return set_budget(text, self.key, self.old, self.new, STATE)


@dataclass(frozen=True, slots=True)
class AddBudget:
    """A new budget at the end of the fence; the fence is added at the end of the file when there is none."""

    key: str
    value: str
    metric: str = ""
    why: str = ""

    def apply(self, text: str) -> str:
        """See `Edit`."""
        return add_budget(text, self.key, self.value, STATE, metric=self.metric, why=self.why)


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
    """The edit that `edit_to_json` wrote.

    Raises:
        UsageError: when it is none that this version knows.
    """
    kind = _EDITS.get(body["edit"])
    if kind is None:
        hint = "A newer resonance-perf queued it: use that one here, too."
        raise UsageError(f'unknown edit "{body["edit"]}" in the outbox', hint=hint)
    found: dict[str, Any] = {}
    for field in fields(kind):
        value = body[field.name]
        if field.name in _VALUES:
            value = _VALUES[field.name](**value)
        elif field.name == "unknown":
            value = tuple(value)
        elif field.name == "rows":
            value = tuple(StatusRow(**row) for row in value)
        found[field.name] = value
    return kind(**found)
