"""Write down what was measured: the outbox is emptied entry by entry, each of which may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from resonance_perf.app import approved
from resonance_perf.app.content import content_at
from resonance_perf.app.entries import ElsewhereError, edits_of, shift_edits
from resonance_perf.app.proposal import how_to_accept, propose
from resonance_perf.app.ratchet import follow
from resonance_perf.app.rest import at_rest, obstacle
from resonance_perf.app.standing import stand
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.scope import covered
from resonance_perf.memory.edits import (
    AddLesson,
    AppendRow,
    Edit,
    EditConflictError,
    ReplaceStatus,
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
            if why := obstacle(work):
                raise why
            if entry.kind == "edits":
                work.documents.apply(edits_of(entry.body))
            elif entry.kind == approved.KIND:
                approved.complete(work, entry)
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
    rows = status_rows(judgements, trends, loosened)
    return ReplaceStatus(rows, utc(newest) if newest else "never", _unknown(work, store, judgements))


def _unknown(work: Workspace, store: Store, judgements: tuple[Judgement, ...]) -> tuple[str, ...]:
    """The budgets of which this store knows nothing, not even a failure: their rows are another clone's."""
    known = {*store.numbers.benchmarks(), *store.queue.last_failures()}
    aliases, named = work.config.aliases(), work.config.metrics()

    def is_known(one: Judgement) -> bool:
        names = covered(one.limit.budget, aliases, dict.fromkeys([*named, *((one.metric,) if one.metric else ())]))
        return not names or any(name.rpartition(".")[0] in known for name in names)

    return tuple(one.key for one in judgements if one.estimate is None and not is_known(one))


def trend(store: Store, metric: str, most: int = 16) -> str:
    """The newest values of a metric as a sparkline."""
    benchmark, _, name = metric.rpartition(".")
    return sparkline([point.estimate.value for point in store.history.points(benchmark, name, most)])


def _shift(work: Workspace, store: Store, entry: Entry, say: Say) -> None:
    body = entry.body
    state = work.documents.path(STATE)
    head = work.repo.head()
    edits = shift_edits(work, body, head.commit)
    _must_be_here(work, body, head.commit)
    # Tried on the work tree first: a budget that somebody changed by hand meanwhile is theirs.
    apply_all(work.documents.read(STATE) or "", edits[state])
    mode = "propose" if body["ratchet"] == "propose" else work.config.commit_mode
    if mode == "off":
        return
    ref = "refs/heads/resonance/perf" if mode == "ref" else None
    if not _is_committed(work, edits, work.repo.find(ref) if ref else head.commit):
        edits[state] = [*edits[state], status_edit(work, store, _as_shifted(work, store, body))]
    author = work.config.commit_author or work.repo.identity() or "resonance-perf <resonance-perf@localhost>"
    message, step = str(body["message"]), f"{body['key']} tightened {body['old']} → {body['new']}"
    if mode == "propose":
        path = propose(work, f"{body['key']}-{entry.job}", edits, message, author=author, head=head)
        how = how_to_accept(path, body["key"], body["new"]) if path else "it is accepted"
        say(f"⚪ budget {step.replace('tightened', 'can tighten')}; to accept: {how}")
        return
    changes = {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}
    commit = commit_edits(
        work.repo, changes, for_ci(message, work.config.commit_skip_ci), author=author, ref=ref, head=head
    )
    if ref is None:  # without the rows: those are the entry's before it, and may be in the archive by now
        work.documents.apply({path: todo for path, todo in edits.items() if path != work.documents.path(MEMORY)})
    where = f"commit {commit[:9]}" if commit else "committed before"
    where += " on resonance/perf" if ref else ""
    say(f"🟢 budget {step} ({where})")


def _is_committed(work: Workspace, edits: Mapping[str, Sequence[Edit]], commit: str | None) -> bool:
    """True when the decision is in `commit`: a crash came after that, and the status of today is no part of it."""
    soul = work.documents.path(SOUL)
    blob = work.repo.blob(commit, soul) if commit else None
    if blob is None:
        return False
    text = blob.decode("utf-8", "replace")
    return apply_all(text, edits[soul]) == text


def _must_be_here(work: Workspace, body: Mapping[str, object], head: str | None) -> None:
    """Raise unless `head` holds what was measured: the commit, or after a rebase its content."""
    commit = str(body.get("commit", ""))
    if not commit or head is None or work.repo.merge_base(commit, head) == commit:
        return
    benchmark = work.config.benchmark(str(body["benchmark"]))
    if benchmark is None or content_at(work, work.config, benchmark, head) != body["content"]:
        raise ElsewhereError(f"{commit[:9]} is not on this branch")


def _as_shifted(work: Workspace, store: Store, body: Mapping[str, object]) -> tuple[Judgement, ...]:
    """The judgements as they will be once the new limit stands."""
    from resonance_perf.app.standing import judged, read_limits

    limits = dict(read_limits(work)[0].in_force)
    old = limits[str(body["key"])]
    new = str(body["new"])
    quantity = parse_quantity(new.lstrip("<>= "))
    limits[old.key] = LimitInForce(key=old.key, budget=replace(old.budget, limit=quantity, text=new), commit=None)
    return judged(work, store, limits)


def _what(entry: Entry) -> str:
    if entry.kind == "shift":
        return f"tightening {entry.body['key']} to {entry.body['new']}"
    if entry.kind == approved.KIND:
        return f"writing what was approved for {entry.body['key']}"
    return "writing the memory"
