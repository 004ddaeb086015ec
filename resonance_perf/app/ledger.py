"""Where the Resonance framework keeps a typed ledger, decisions go there, and the prose points at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import Edit, RecordDecision
from resonance_perf.memory.ledger import DECISIONS, METRICS, RecordInLedger, RecordReading, dec_id, met_id, speaks
from resonance_perf.model.record import Reading
from resonance_perf.system.documents import SOUL


def with_ledger(
    work: Workspace,
    edits: Mapping[str, Sequence[Edit]],
    *,
    key: str = "",
    readings: Sequence[Reading] = (),
    commit: str | None = None,
) -> dict[str, list[Edit]]:
    """The edits (path -> edits) with what belongs into the ledger; as they are where there is none that we can write.

    `commit`: they are to be committed on this one, so the ledger has to be in it. `readings` are what the decision
    cites; with them it is as sure as what was measured.
    """
    found = {path: list(todo) for path, todo in edits.items()}
    soul = work.documents.path(SOUL)
    if not any(isinstance(one, RecordDecision) for one in found.get(soul, [])) or not _is_kept(work, commit):
        return found
    confidence = "high" if readings else "medium"
    todo: list[Edit] = []
    for position, one in enumerate(found[soul]):
        if isinstance(one, RecordDecision):
            pointer = f"`{dec_id(one.decision, key)}` in {DECISIONS}"
            found[soul][position] = RecordDecision(
                replace(one.decision, context="", decision=pointer, evidence="", consequences="")
            )
            todo.append(RecordInLedger(one.decision, key, tuple(met_id(reading) for reading in readings), confidence))
    if readings:
        found[work.documents.path(METRICS)] = [RecordReading(reading) for reading in readings]
    found[work.documents.path(DECISIONS)] = todo
    return found


def _is_kept(work: Workspace, commit: str | None) -> bool:
    for name in (DECISIONS, METRICS):
        text = work.documents.read(name) if work.documents.exists(name) else None
        blob = work.repo.blob(commit, work.documents.path(name)) if commit else b""
        if text is None or blob is None or not speaks(text):
            return False
    return True
