"""A loosening needs two people: one prepares it, an approver commits it (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from resonance_perf.app.approved import complete_all, note
from resonance_perf.app.history import state_at
from resonance_perf.app.ledger import with_ledger
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace
from resonance_perf.judge.approval import Approval, approver_of, email_of, mailmap
from resonance_perf.judge.limits import is_looser, relimited
from resonance_perf.judge.state import limits_of
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import Edit, RecordDecision, SetBudget
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.errors import UsageError
from resonance_perf.model.record import Decision
from resonance_perf.report.words import utc
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.documents import SOUL, STATE, apply_all
from resonance_perf.system.git.commit import commit_edits
from resonance_perf.system.git.history import APPROVAL, BUDGET, NEW, trailers_in
from resonance_perf.system.git.repository import Repository
from resonance_perf.system.git.run import attempt, git
from resonance_perf.system.git.signature import keys, signature

_REF = "refs/resonance/loosen/"
_OLD = "Perf-Old"


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
    attempt(work.repo.root, "update-ref", "-d", _ref(key))
    wish = _Wish(key=key, old=old.budget.text, new=new.text, why=" ".join(why.split()), author=author)
    edits = with_ledger(work, _files(work, wish), key=key, commit=work.repo.head().commit)
    commit = commit_edits(work.repo, _on_head(edits), wish.message, author=author, ref=_ref(key))
    if commit is None:
        raise UsageError(f"{key} is {new.text} in HEAD already")
    return commit


def approve(work: Workspace, store: Store, key: str) -> str:
    """Put a prepared loosening on the current branch, with the approval of whoever runs this; return the commit.

    What was prepared is read, never taken over: its message may say more than its author was asked. It is signed
    where the law requires it, and nothing moves unless the signature counts. One that a crash has cut off behind its
    commit is completed instead.

    Raises:
        UsageError: when there is nothing to approve, this person may not approve it, or the limit has changed since.
        EditConflictError: when the work tree or the index has another value of this budget.
    """
    cut_off = complete_all(work, store, key)
    if cut_off is not None and work.repo.find(_ref(key)) is None:
        return cut_off
    wish = _prepared(work, key)
    head = work.repo.head()
    state = state_at(work, head.commit)
    me = work.repo.identity()
    _require_approver(work, state.law.approvers, me, wish.author)
    now_in_force = limits_of(state).in_force.get(key)
    if now_in_force is None or now_in_force.budget.text != wish.old:
        has = f"is {now_in_force.budget.text} by now" if now_in_force else "is no budget any more"
        raise UsageError(f"{key} was {wish.old} when this was prepared and {has}", hint="Prepare it again.")
    files = _files(work, wish, approved_by=me)
    edits = with_ledger(work, files, key=key, commit=head.commit)
    apply_all(work.documents.read(STATE) or "", edits[work.documents.path(STATE)])  # another value there stops it

    def accept(commit: str) -> None:
        if state.signed:
            _require_signature(work.repo, me, commit)
        note(work, store, key, files, wish=_ref(key), branch=f"refs/heads/{head.branch}", commit=commit)

    commit = commit_edits(
        work.repo, _on_head(edits), f"{wish.message}{APPROVAL}: {me}\n", author=wish.author, head=head,
        sign=state.signed, accept=accept,
    )  # fmt: skip
    if commit is None:
        raise UsageError(f"{key} is {wish.new} on this branch already")
    complete_all(work, store, key)
    return commit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A loosening that somebody asks for."""

    key: str
    old: str
    new: str
    why: str
    author: str

    @property
    def message(self) -> str:
        """Of the commit; ends with the trailers."""
        return (
            f"perf(budget): loosen {self.key} {self.old} → {self.new}\n\n{self.why}\n\n"
            f"{BUDGET}: {self.key}\n{_OLD}: {self.old}\n{NEW}: {self.new}\n"
        )


def _prepared(work: Workspace, key: str) -> _Wish:
    proposal = work.repo.find(_ref(key))
    if proposal is None:
        raise UsageError(
            f"there is no prepared loosening of {key}",
            hint=f"Prepare it: resonance-perf budget loosen {key} VALUE --why …  (from another clone: "
            f"git fetch REMOTE '{_REF}*:{_REF}*')",
        )
    message, author = work.repo.message(proposal), git(work.repo.root, "log", "-1", "--format=%an <%ae>", proposal)
    said = trailers_in(work.repo, message.encode("utf-8", "surrogateescape"), (BUDGET, _OLD, NEW))
    if [len(values) for values in said.values()] != [1, 1, 1] or said[BUDGET] != [key]:
        raise UsageError(f"what was prepared is no loosening of {key}", hint="Prepare it again.")
    paragraphs = message.split("\n\n")
    why = paragraphs[1] if len(paragraphs) > 2 else ""
    return _Wish(key=key, old=said[_OLD][0], new=said[NEW][0], why=" ".join(why.split()), author=author)


def _require_approver(work: Workspace, approvers: tuple[str, ...], me: str, author: str) -> None:
    known = work.repo.blob("HEAD", ".mailmap") or b""
    approval = Approval(author=author, by=(me,), same=mailmap(known.decode("utf-8", "replace")))
    if approver_of(approval, approvers, signed=False)[0]:
        return
    if email_of(me) in {email_of(one) for one in approvers}:
        raise UsageError(f"{me} prepared this loosening; somebody else has to approve it")
    raise UsageError(f"{me or 'you'} may not approve; the config allows {', '.join(approvers) or 'nobody'}")


def _require_signature(repo: Repository, me: str, commit: str) -> None:
    found = signature(repo, commit, keys(repo))
    if email_of(me) not in found.emails:
        of = f"it is of {' and '.join(found.emails)}" if found.emails else found.problem
        raise UsageError(
            f"the approval has to be signed by {me}, and the signature would not count: {of}",
            hint="How a signer is known: docs/budgets.md, Signatures. Nothing was changed.",
        )


def in_force(work: Workspace, key: str) -> LimitInForce:
    """The limit of a key that counts now.

    Raises:
        UsageError: when there is no such budget.
    """
    limits = read_limits(work)[0].in_force
    if key not in limits:
        raise UsageError(f'there is no budget "{key}"', hint=f"There are {', '.join(limits) or 'none'}.")
    return limits[key]


def _files(work: Workspace, wish: _Wish, approved_by: str = "") -> dict[str, list[Edit]]:
    at = now()
    who = f"{wish.author}, approved by {approved_by}" if approved_by else wish.author
    decision = Decision(
        id=f"loosen-{wish.key}-{wish.new}-{utc(at, '%Y%m%d')}",
        date=utc(at, "%Y-%m-%d"), title=f"Loosen {wish.key} from {wish.old} to {wish.new}",
        context=wish.why, decision=f"The limit of {wish.key} is {wish.new} from now on.",
        evidence=f"Asked for by {who}.",
        consequences=f"{wish.key} may be worse than {wish.old}. It tightens again when an improvement is measured.",
    )  # fmt: skip
    return {
        work.documents.path(STATE): [SetBudget(wish.key, _in_head(work, wish), wish.new)],
        work.documents.path(SOUL): [RecordDecision(decision)],
    }


def _in_head(work: Workspace, wish: _Wish) -> str:
    """What `HEAD` says of the budget: the limit in force, or a loosening that somebody committed without approval."""
    path = work.documents.path(STATE)
    blob = work.repo.blob("HEAD", path)
    budgets, _ = read_budgets(blob.decode("utf-8", "replace"), path) if blob is not None else ((), ())
    return next((one.text for one in budgets if one.key == wish.key), wish.old)


def _on_head(edits: dict[str, list[Edit]]) -> dict[str, Sequence[partial[str]]]:
    return {path: [partial(apply_all, edits=todo)] for path, todo in edits.items()}


def _ref(key: str) -> str:
    """A key may have any character, a ref may not."""
    return _REF + quote(key, safe="").replace(".", "%2E").replace("~", "%7E")
