"""Write down what was measured: the outbox is emptied entry by entry, each of which may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from resonance_perf.app import approved
from resonance_perf.app.entries import ElsewhereError, edits_of
from resonance_perf.app.follow import follow
from resonance_perf.app.rest import at_rest, obstacle
from resonance_perf.app.shift import shift
from resonance_perf.app.status_table import refresh_status
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import AddLesson, AppendRow, Edit, EditConflictError, edit_to_json
from resonance_perf.model.errors import ResonanceError
from resonance_perf.pipeline import Result
from resonance_perf.store.outbox import Entry
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY

Say = Callable[[str], None]


def keep(work: Workspace, store: Store, result: Result, *, standing: bool, now: float) -> tuple[str, ...]:
    """Store a result and everything that has to be written because of it, in one transaction.

    Returns what it means for improvements that may tighten a budget.
    """
    measurement, job = result.measurement, result.job
    runs = [run for run in (measurement.base, measurement.anchor, measurement.head) if run is not None]
    with store.transaction():
        store.results.save(
            job.id, runs, measurement.comparisons, standing=standing, since_anchor=measurement.since_anchor
        )
        if job.kind in ("commit", "baseline"):
            edits: list[Edit] = [AppendRow(row) for row in result.rows]
            if result.lesson is not None:
                edits.append(AddLesson(result.lesson))
            store.outbox.put(job.id, "edits", {work.documents.path(MEMORY): [edit_to_json(edit) for edit in edits]})
        told = follow(work, store, result, standing=standing)
        store.queue.done(job.id, now)
    return told


def deliver(work: Workspace, store: Store, say: Say) -> None:
    """Empty the outbox as far as possible; an entry that must wait says why, and later ones of its kind wait behind it.

    `say` gets one line per thing that people should know.
    """
    held: set[str] = set()
    work.documents.sweep()
    entries = store.outbox.open_entries()
    for entry in entries:
        if entry.kind in held:
            continue
        try:
            if told := _write(work, store, entry):
                say(told)
            store.outbox.done(entry)
        except EditConflictError as error:
            say(f"⚪ {error}")
            store.outbox.done(entry)
        except ElsewhereError as error:
            if str(error) != entry.waits:
                say(f"⚪ {_what(entry)} waits: {error}")
                store.outbox.wait(entry, str(error))
        except ResonanceError as error:
            held.add(entry.kind)
            if str(error) != entry.waits:
                say(f"⚪ {_what(entry)} waits: {error}")
            store.outbox.wait(entry, str(error))
    if entries and "edits" not in held and not obstacle(work):
        work.documents.archive(work.config.memory_keep)
    refresh_status(work, store)


def _write(work: Workspace, store: Store, entry: Entry) -> str:
    """Do what an entry asks for; return what to tell people, if anything."""
    if why := obstacle(work):
        raise why
    if entry.kind == "shift":
        return at_rest(partial(shift, work, store, entry))
    if entry.kind == approved.KIND:
        approved.complete(work, entry)
    else:
        work.documents.apply(edits_of(entry.body))
    return ""


def _what(entry: Entry) -> str:
    if entry.kind == "shift":
        return f"tightening {entry.body['key']} to {entry.body['new']}"
    if entry.kind == approved.KIND:
        return f"writing what was approved for {entry.body['key']}"
    return "writing the memory"
