"""A budget that tightens, from the outbox into the repository: a commit, or a proposal for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from resonance_perf.app.content import content_at
from resonance_perf.app.entries import ElsewhereError, are_in, shift_edits
from resonance_perf.app.proposal import how_to_accept, propose
from resonance_perf.app.standing import judged, read_limits
from resonance_perf.app.status_table import status_edit
from resonance_perf.app.workspace import Workspace
from resonance_perf.model.budget import LimitInForce
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.quantity import parse_quantity
from resonance_perf.report.records import for_ci
from resonance_perf.store.outbox import Entry
from resonance_perf.store.store import Store
from resonance_perf.system.documents import MEMORY, SOUL, STATE, apply_all
from resonance_perf.system.git.commit import commit_edits


def shift(work: Workspace, store: Store, entry: Entry) -> str:
    """Commit or propose the shift of an entry, as the config says; return what to tell people, if anything.

    Raises:
        ElsewhereError: when the branch that is checked out does not hold what was measured.
        EditConflictError: when somebody else changed the budget meanwhile.
        ResonanceError: when it cannot be committed or written now.
    """
    body = entry.body
    state = work.documents.path(STATE)
    head = work.repo.head()
    edits = shift_edits(work, body, head.commit)
    _must_be_here(work, body, head.commit)
    # Tried on the work tree first: a budget that somebody changed by hand meanwhile is theirs.
    apply_all(work.documents.read(STATE) or "", edits[state])
    mode = "propose" if body["ratchet"] == "propose" else work.config.commit_mode
    if mode == "off":
        return ""
    ref = "refs/heads/resonance/perf" if mode == "ref" else None
    decision = {work.documents.path(SOUL): edits[work.documents.path(SOUL)]}
    if not are_in(work, decision, work.repo.find(ref) if ref else head.commit):  # else a crash came after the commit
        edits[state] = [*edits[state], status_edit(work, store, _as_shifted(work, store, body))]
    author = work.config.commit_author or work.repo.identity() or "resonance-perf <resonance-perf@localhost>"
    message, step = str(body["message"]), f"{body['key']} tightened {body['old']} → {body['new']}"
    if mode == "propose":
        path = propose(work, f"{body['key']}-{entry.job}", edits, message, author=author, head=head)
        how = how_to_accept(path, body["key"], body["new"]) if path else "it is accepted"
        return f"⚪ budget {step.replace('tightened', 'can tighten')}; to accept: {how}"
    changes = {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}
    commit = commit_edits(
        work.repo, changes, for_ci(message, work.config.commit_skip_ci), author=author, ref=ref, head=head
    )
    if ref is None:  # without the rows: those are the entry's before it, and may be in the archive by now
        work.documents.apply({path: todo for path, todo in edits.items() if path != work.documents.path(MEMORY)})
    where = f"commit {commit[:9]}" if commit else "committed before"
    where += " on resonance/perf" if ref else ""
    return f"🟢 budget {step} ({where})"


def _must_be_here(work: Workspace, body: Mapping[str, object], head: str | None) -> None:
    """Raise unless `head` holds what was measured: the commit, or after a rebase its content."""
    commit = str(body.get("commit", ""))
    if not commit or head is None or work.repo.holds(head, commit):
        return
    benchmark = work.config.benchmark(str(body["benchmark"]))
    if benchmark is None or content_at(work, work.config, benchmark, head) != body["content"]:
        raise ElsewhereError(f"{commit[:9]} is not on this branch")


def _as_shifted(work: Workspace, store: Store, body: Mapping[str, object]) -> tuple[Judgement, ...]:
    """The judgements as they will be once the new limit stands."""
    limits = dict(read_limits(work)[0].in_force)
    old = limits[str(body["key"])]
    new = str(body["new"])
    quantity = parse_quantity(new.lstrip("<>= "))
    limits[old.key] = LimitInForce(key=old.key, budget=replace(old.budget, limit=quantity, text=new), commit=None)
    return judged(work, store, limits)
