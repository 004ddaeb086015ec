"""An approval from its commit to the work tree: noted before the branch moves, so that no crash leaves half of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from time import sleep

from resonance_perf.app.entries import ElsewhereError, are_in, shift_edits
from resonance_perf.app.rest import PAUSES_S
from resonance_perf.app.workspace import Workspace
from resonance_perf.memory.edits import Edit, edit_to_json
from resonance_perf.store.outbox import Entry
from resonance_perf.store.store import Store
from resonance_perf.system.documents import STATE, apply_all
from resonance_perf.system.git.commit import index_follows
from resonance_perf.system.git.run import attempt
from resonance_perf.system.git.staged import mend

KIND = "approval"


def note(
    work: Workspace, store: Store, key: str, files: Mapping[str, Sequence[Edit]], *, wish: str, branch: str, commit: str
) -> None:
    """Keep what follows from `commit`, to which `branch` is about to move. `wish`: the ref of what was asked for."""
    body = {
        "key": key, "commit": commit, "branch": branch, "tree": _tree(work),
        "wish": wish, "proposal": work.repo.find(wish),
        "files": {path: [edit_to_json(edit) for edit in edits] for path, edits in files.items()},
    }  # fmt: skip
    store.outbox.put(commit, KIND, body)


def complete_all(work: Workspace, store: Store, key: str) -> str | None:
    """Complete the approvals of a key that were committed on this branch; return the newest commit.

    Raises:
        ResonanceError: see `complete`.
    """
    newest = None
    for entry in store.outbox.open_entries():
        if entry.kind == KIND and entry.body["key"] == key:
            with suppress(ElsewhereError):  # it waits for its branch
                newest = str(entry.body["commit"]) if complete(work, entry) else newest
                store.outbox.done(entry)
    return newest


def complete(work: Workspace, entry: Entry) -> bool:
    """Bring the index and the work tree to what an approval has committed; again, when they are there already.

    False: there is nothing to do, because the branch never came to the commit, or a later one took it back.

    Raises:
        ElsewhereError: when the commit is in another work tree, or on a branch that is not checked out.
        EditConflictError: when the work tree or the index has another value of this budget.
        ResonanceError: when a file or the index cannot be written now.
    """
    body = entry.body
    if body["tree"] != _tree(work):
        raise ElsewhereError("it was approved in another work tree")
    mend(work.repo)  # whoever is between the note and the commit has the workshop
    if not _has_moved(work, body["branch"], body["commit"]):
        return False
    head = work.repo.head().commit
    if not work.repo.holds(head, body["commit"]):
        raise ElsewhereError(f"{body['commit'][:9]} is not on this branch")
    edits = shift_edits(work, body, head)
    if not are_in(work, edits, head):
        return False
    index_follows(work.repo, {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}, str(head))
    state = work.documents.path(STATE)
    budget_last = sorted(edits.items(), key=lambda one: one[0] == state)  # another value there keeps back nothing else
    work.documents.apply(dict(budget_last))
    attempt(work.repo.root, "update-ref", "-d", body["wish"], body["proposal"])  # another wish by now: it stays
    return True


def _tree(work: Workspace) -> str:
    """Which of the work trees of a clone this is."""
    return os.path.relpath(work.repo.git_dir, work.repo.common_dir)


def _has_moved(work: Workspace, branch: str, commit: str) -> bool:
    """True when the branch, or what it became, came to the commit; the git of a killed process may still move it."""
    for pause_s in (0.0, *PAUSES_S):
        sleep(pause_s)
        if any(work.repo.holds(tip, commit) for tip in (work.repo.head().commit, work.repo.find(branch))):
            return True
    return False
