"""What a commit may not do: loosen a budget without an approval in its message."""

from __future__ import annotations

import os

from resonance_perf.app.staged import Staged, staged_loosenings
from resonance_perf.app.standing import approvers_at
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.limits import Revision, approver_of
from resonance_perf.system.git.history import approvals_in


def objections(work: Workspace, message: bytes) -> Staged:
    """What is wrong with the commit that git is about to make with this message.

    Nothing during a merge: what comes from the other side was judged there, by approvers whom this side may not list.
    An approval counts as it will in history: of somebody listed in the config of `HEAD` who is not the author. Where a
    signature is required, it is made after this; the gate looks at it.
    """
    if work.repo.busy() == "a merge":
        return Staged(())
    found = staged_loosenings(work)
    approvals = approvals_in(work.repo, message) if found.loosened else ()
    if not approvals:
        return found
    approvers = approvers_at(work, work.repo.head().commit)
    commit = Revision(commit=None, author=author(work), approvals=approvals, approvers=approvers, budgets={})
    return Staged((), found.problems) if approver_of(commit) else found


def author(work: Workspace) -> str:
    """Who the commit will be by: git tells its hooks, also for `--author` and `--amend`."""
    name, email = os.environ.get("GIT_AUTHOR_NAME"), os.environ.get("GIT_AUTHOR_EMAIL")
    return f"{name} <{email}>" if name and email else work.repo.identity()
