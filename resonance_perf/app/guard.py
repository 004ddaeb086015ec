"""What a commit may not do: loosen a budget without an approval in its message."""

from __future__ import annotations

import os

from resonance_perf.app.staged import Staged, staged_loosenings
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.approval import Approval, Signature, email_of, mailmap, named
from resonance_perf.system.git.history import APPROVAL, BUDGET, NEW, trailers_in


def objections(work: Workspace, message: bytes) -> Staged:
    """What is wrong with the commit that git is about to make with this message.

    Nothing during a merge: what comes from the other side was judged there, by approvers whom this side may not list.
    An approval counts as it will in history. A signature that is required is made after this: the gate looks at it.
    """
    if work.repo.busy() == "a merge":
        return Staged(())
    found = staged_loosenings(work)
    if not found.loosened or APPROVAL.lower().encode() not in message.lower():
        return found
    said = trailers_in(work.repo, message, (APPROVAL, BUDGET, NEW))
    known = work.repo.blob("HEAD", ".mailmap") or b""
    approval = Approval(
        author=author(work), by=tuple(said[APPROVAL]), names=named(said[BUDGET], said[NEW]),
        same=mailmap(known.decode("utf-8", "replace")),
        signature=Signature(emails=tuple(email_of(one) for one in said[APPROVAL])),
    )  # fmt: skip
    return staged_loosenings(work, approval)


def author(work: Workspace) -> str:
    """Who the commit will be by: git tells its hooks, also for `--author` and `--amend`."""
    name, email = os.environ.get("GIT_AUTHOR_NAME"), os.environ.get("GIT_AUTHOR_EMAIL")
    return f"{name} <{email}>" if name and email else work.repo.identity()
