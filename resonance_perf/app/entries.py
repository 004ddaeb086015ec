"""The edits that an entry of the outbox stands for, and why it may have to wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from resonance_perf.app.ledger import with_ledger
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import Edit, EditConflictError, edit_from_json
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.record import Reading
from resonance_perf.system.documents import apply_all


class ElsewhereError(ResonanceError):
    """What an entry is about is not on the branch that is checked out; what is to be written because of it waits."""


def edits_of(body: Mapping[str, object]) -> dict[str, list[Edit]]:
    """The edits of an entry's files by path."""
    found: dict[str, list[Edit]] = {}
    for path, edits in body.items():
        assert isinstance(edits, list)
        found[path] = [edit_from_json(edit) for edit in edits]
    return found


def shift_edits(work: Workspace, body: Mapping[str, Any], commit: str | None = None) -> dict[str, list[Edit]]:
    """The edits of a moved limit by path, as they are to be committed on `commit`, or stand in the work tree."""
    readings = [Reading(**one) for one in body.get("readings", ())]
    return with_ledger(work, edits_of(body["files"]), key=body["key"], readings=readings, commit=commit)


def are_in(work: Workspace, edits: Mapping[str, Sequence[Edit]], commit: str | None) -> bool:
    """True when what the edits write stands in `commit` already."""
    for path, todo in edits.items():
        text = ((work.repo.blob(commit, path) if commit else None) or b"").decode("utf-8", "replace")
        with suppress(EditConflictError):
            if apply_all(text, todo) == text:
                continue
        return False
    return True
