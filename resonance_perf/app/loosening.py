"""A loosening needs two people: one prepares it, an approver commits it (DESIGN §3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from resonance_perf.app.ledger import with_ledger
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.limits import is_looser, relimited
from resonance_perf.memory.edits import Edit, RecordDecision, SetBudget
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.errors import UsageError
from resonance_perf.model.record import Decision
from resonance_perf.report.records import utc
from resonance_perf.system.clock import now
from resonance_perf.system.documents import SOUL, STATE, apply_all
from resonance_perf.system.git.commit import commit_edits
from resonance_perf.system.git.history import APPROVAL
from resonance_perf.system.git.run import attempt, git

_REF = "refs/resonance/loosen/"


def prepare(work: Workspace, key: str, new: Budget, why: str) -> str:
    """Write the loosening as a commit that is on no branch yet; return its id. Nothing in the work tree changes.

    Raises:
        UsageError: when the key is unknown, or the new limit is not looser.
    """
    old = in_force(work, key)
    if not is_looser(old.budget, relimited(old.budget, new)):
        raise UsageError(
            f"{new.text} is not looser than {old.budget.text}", hint=f"Use: budget tighten {key} {new.text}"
        )
    author = work.repo.identity()
    if not author:
        raise UsageError("git does not know who you are", hint="git config user.name … and user.email …")
    attempt(work.repo.root, "update-ref", "-d", _REF + key)
    message = (
        f"perf(budget): loosen {key} {old.budget.text} → {new.text}\n\n{why}\n\n"
        f"Perf-Budget: {key}\nPerf-Old: {old.budget.text}\nPerf-New: {new.text}\n"
    )
    edits = _edits(work, key, old.budget.text, new.text, why, author)
    commit = commit_edits(work.repo, edits[1], message, author=author, ref=_REF + key)
    if commit is None:
        raise UsageError(f"{key} is {new.text} in HEAD already")
    return commit


def approve(work: Workspace, key: str) -> str:
    """Put a prepared loosening on the current branch, with the approval of whoever runs this; return the commit.

    Raises:
        UsageError: when there is nothing to approve, or this person may not approve it.
    """
    proposal = work.repo.find(_REF + key)
    if proposal is None:
        raise UsageError(
            f"there is no prepared loosening of {key}",
            hint=f"Prepare it: resonance-perf budget loosen {key} VALUE --why …  (from another clone: "
            f"git fetch REMOTE '{_REF}*:{_REF}*')",
        )
    message, author = work.repo.message(proposal), git(work.repo.root, "log", "-1", "--format=%an <%ae>", proposal)
    me = work.repo.identity()
    if _email(me) not in {_email(one) for one in work.config.approvers}:
        allowed = ", ".join(work.config.approvers) or "nobody"
        raise UsageError(f"{me or 'you'} may not approve; the config allows {allowed}")
    if _email(me) == _email(author):
        raise UsageError(f"{me} prepared this loosening; somebody else has to approve it")
    old, new = _trailer(message, "Perf-Old"), _trailer(message, "Perf-New")
    why = message.split("\n\n")[1] if message.count("\n\n") > 1 else ""
    edits, changes = _edits(work, key, old, new, why, f"{author}, approved by {me}")
    commit = commit_edits(work.repo, changes, f"{message.rstrip()}\n{APPROVAL}: {me}\n", author=author)
    if commit is None:
        raise UsageError(f"{key} is {new} on this branch already")
    work.documents.apply(edits)
    attempt(work.repo.root, "update-ref", "-d", _REF + key)
    return commit


def in_force(work: Workspace, key: str) -> LimitInForce:
    """The limit of a key that counts now.

    Raises:
        UsageError: when there is no such budget.
    """
    limits = read_limits(work)[0].in_force
    if key not in limits:
        raise UsageError(f'there is no budget "{key}"', hint=f"There are {', '.join(limits) or 'none'}.")
    return limits[key]


def _edits(
    work: Workspace, key: str, old: str, new: str, why: str, who: str
) -> tuple[dict[str, list[Edit]], dict[str, Sequence[partial[str]]]]:
    at = now()
    decision = Decision(
        id=f"loosen-{key}-{new}-{utc(at, '%Y%m%d')}",
        date=utc(at, "%Y-%m-%d"), title=f"Loosen {key} from {old} to {new}",
        context=why, decision=f"The limit of {key} is {new} from now on.", evidence=f"Asked for by {who}.",
        consequences=f"{key} may be worse than {old}. It tightens again when an improvement is measured.",
    )  # fmt: skip
    edits: dict[str, list[Edit]] = {
        work.documents.path(STATE): [SetBudget(key, old, new)],
        work.documents.path(SOUL): [RecordDecision(decision)],
    }
    edits = with_ledger(work, edits, key=key, commit=work.repo.head().commit)
    return edits, {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}


def _trailer(message: str, name: str) -> str:
    found = re.search(rf"^{name}: (.+)$", message, re.MULTILINE)
    if found is None:
        raise UsageError(f"the prepared commit has no trailer {name}", hint="Prepare it again.")
    return found.group(1).strip()


def _email(person: str) -> str:
    return person.rpartition("<")[2].rstrip("> ").strip().lower()
