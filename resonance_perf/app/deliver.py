"""Write down what was measured: the outbox is emptied entry by entry, each of which may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from resonance_perf.app.content import content_at
from resonance_perf.app.rest import at_rest, obstacle
from resonance_perf.app.standing import stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import (
    AddLesson,
    AppendRow,
    Edit,
    EditConflictError,
    RecordDecision,
    ReplaceStatus,
    SetBudget,
    edit_from_json,
    edit_to_json,
)
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.pipeline import Result
from resonance_perf.report.records import for_ci, status_rows, utc
from resonance_perf.report.spark import sparkline
from resonance_perf.store.outbox import Entry
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE, apply_all
from resonance_perf.system.git.commit import commit_edits
from resonance_perf.system.private import write_private

Say = Callable[[str], None]


class ElsewhereError(ResonanceError):
    """What was measured is not on the branch that is checked out; what is to be written because of it waits."""


def keep(work: Workspace, store: Store, result: Result, *, standing: bool, now: float) -> None:
    """Store a result and everything that has to be written because of it, in one transaction."""
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
        for record in result.shifts:
            body = {
                "key": record.shift.key, "old": record.shift.old, "new": record.shift.new, "message": record.message,
                "ratchet": _ratchet(result, record.shift.key), "commit": record.shift.commit,
                "benchmark": job.benchmark, "content": measurement.head.content,
                "files": {
                    work.documents.path(STATE): [
                        edit_to_json(SetBudget(record.shift.key, record.shift.old, record.shift.new))
                    ],
                    work.documents.path(SOUL): [edit_to_json(RecordDecision(record.decision))],
                    work.documents.path(MEMORY): [edit_to_json(AppendRow(row)) for row in result.rows],
                },
            }  # fmt: skip
            store.outbox.put(job.id, "shift", body)
        store.queue.done(job.id, now)


def deliver(work: Workspace, store: Store, say: Say) -> None:
    """Empty the outbox as far as possible; an entry that must wait says why, and later ones of its kind wait behind it.

    `say` gets one line per thing that people should know.
    """
    held: set[str] = set()
    entries = store.outbox.open_entries()
    for entry in entries:
        if entry.kind in held:
            continue
        try:
            if why := obstacle(work):
                raise why
            if entry.kind == "edits":
                work.documents.apply(_edits(entry.body))
            else:
                at_rest(partial(_shift, work, store, entry, say))
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


def refresh_status(work: Workspace, store: Store) -> None:
    """Bring the status table of `01_state.md` up to date, if there are budgets and the file can be read.

    Not while git is in the middle of something: a file that we change then is one that it cannot check out.
    """
    if obstacle(work):
        return
    found = stand(work, store)
    if found.judgements and work.documents.exists(STATE) and not found.problems:
        edit = status_edit(work, store, found.judgements)
        work.documents.apply({work.documents.path(STATE): [edit]})


def status_edit(work: Workspace, store: Store, judgements: tuple[Judgement, ...]) -> ReplaceStatus:
    """The edit that makes the status table say what the judgements say."""
    trends = {one.metric: trend(store, one.metric) for one in judgements if one.metric}
    newest = max((one.measured_at for one in judgements), default=0.0)
    loosened = stand(work, store).loosened
    return ReplaceStatus(status_rows(judgements, trends, loosened), utc(newest) if newest else "never")


def trend(store: Store, metric: str, most: int = 16) -> str:
    """The newest values of a metric as a sparkline."""
    benchmark, _, name = metric.rpartition(".")
    return sparkline([point.estimate.value for point in store.results.history(benchmark, name, most)])


def _shift(work: Workspace, store: Store, entry: Entry, say: Say) -> None:
    body = entry.body
    edits = _edits(body["files"])
    state = work.documents.path(STATE)
    head = work.repo.head()
    _must_be_here(work, body, head.commit)
    # Tried on the work tree first: a budget that somebody changed by hand meanwhile is theirs.
    apply_all(work.documents.read(STATE) or "", edits[state])
    mode = "propose" if body["ratchet"] == "propose" else work.config.commit_mode
    if mode in ("propose", "off"):
        _propose(work, entry, say, write=mode == "propose")
        return
    edits[state] = [*edits[state], status_edit(work, store, _as_shifted(work, store, body))]
    author = work.config.commit_author or work.repo.identity() or "resonance-perf <resonance-perf@localhost>"
    changes = {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}
    ref = "refs/heads/resonance/perf" if mode == "ref" else None
    message = for_ci(str(body["message"]), work.config.commit_skip_ci)
    commit = commit_edits(work.repo, changes, message, author=author, ref=ref, head=head)
    if ref is None:  # without the rows: those are the entry's before it, and may be in the archive by now
        work.documents.apply({path: todo for path, todo in edits.items() if path != work.documents.path(MEMORY)})
    where = f"commit {commit[:9]}" if commit else "committed before"
    where += " on resonance/perf" if ref else ""
    say(f"🟢 budget {body['key']} tightened {body['old']} → {body['new']} ({where})")


def _must_be_here(work: Workspace, body: Mapping[str, object], head: str | None) -> None:
    """Raise unless `head` holds what was measured: the commit, or after a rebase its content."""
    commit = str(body.get("commit", ""))
    if not commit or head is None or work.repo.merge_base(commit, head) == commit:
        return
    benchmark = work.config.benchmark(str(body["benchmark"]))
    if benchmark is None or content_at(work, work.config, benchmark, head) != body["content"]:
        raise ElsewhereError(f"{commit[:9]} is not on this branch")


def _propose(work: Workspace, entry: Entry, say: Say, *, write: bool) -> None:
    """Leave the shift to people: its message and its edits as a file, no commit."""
    body = entry.body
    line = f"⚪ budget {body['key']} could tighten {body['old']} → {body['new']}"
    if write:
        path = work.private("proposals", f"{entry.job}-{body['key']}.md")
        write_private(path, str(body["message"]))
        line += f'; to accept: resonance-perf budget tighten {body["key"]} "{body["new"]}" (evidence: {path})'
    say(line)


def _as_shifted(work: Workspace, store: Store, body: Mapping[str, object]) -> tuple[Judgement, ...]:
    """The judgements as they will be once the new limit stands."""
    from resonance_perf.app.standing import judged, read_limits

    limits = dict(read_limits(work)[0].in_force)
    old = limits[str(body["key"])]
    new = str(body["new"])
    quantity = parse_quantity(new.lstrip("<>= "))
    limits[old.key] = LimitInForce(key=old.key, budget=replace(old.budget, limit=quantity, text=new), commit=None)
    return judged(work, store, limits)


def _ratchet(result: Result, key: str) -> str:
    return next(one.limit.budget.ratchet for one in result.judgements if one.key == key)


def _edits(body: Mapping[str, object]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for path, edits in body.items():
        assert isinstance(edits, list)
        found[path] = [edit_from_json(edit) for edit in edits]
    return found


def _what(entry: Entry) -> str:
    if entry.kind == "shift":
        return f"tightening {entry.body['key']} to {entry.body['new']}"
    return "writing the memory"
