"""Whose approval of a commit counts (DESIGN §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

REMOVED = "none"
"""`Perf-New` of a budget that is taken out."""
_PERSON = re.compile(r"[^<>]*<([^<>\s]+@[^<>\s]+)>\s*")
_MAPPED = re.compile(r"[^<>#]*<([^<>]+)>[^<>#]*<([^<>]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A commit's signature, checked by git: the addresses that it is good for, or what is wrong with it."""

    emails: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a commit says of itself.

    `by`: its `Perf-Approved-by` trailers. `names`: budget keys of its `Perf-Budget` trailers, each with the value of
    `Perf-New` beside it (None: any); empty: all that it changes. `same`: other addresses of a person, as `.mailmap`
    knows them. `signature`: None where it was not looked at.
    """

    author: str
    by: tuple[str, ...] = ()
    names: Mapping[str, str | None] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    signature: Signature | None = None

    def covers(self, key: str, value: str | None, *, changed: bool) -> bool:
        """True when the approval is about this key becoming this value (None: removed)."""
        if not self.names:
            return changed
        named = self.names.get(key, "")
        return named is None or named == (value or REMOVED)


def approver_of(approval: Approval, approvers: tuple[str, ...], *, signed: bool) -> tuple[str, str]:
    """(the approval that counts, or nothing; why the others do not).

    One counts of a person who is listed with that address, is not the author under any address, and, where `signed`,
    whose good signature the commit carries.
    """
    why = ""
    for person in approval.by:
        why = _objection(person, approval, approvers, signed=signed)
        if not why:
            return person, ""
    return "", why


def needs_signature(approval: Approval, approvers: tuple[str, ...]) -> bool:
    """True when only a signature could be missing: looking at one costs a process."""
    return bool(approver_of(approval, approvers, signed=False)[0])


def _objection(person: str, approval: Approval, approvers: tuple[str, ...], *, signed: bool) -> str:
    email = email_of(person)
    if not email or email not in {email_of(one) for one in approvers}:
        return f"{person} is not among the approvers of the commit before it"
    if _names(email, approval.same) & _names(email_of(approval.author), approval.same):
        return f"{person} is its author"
    if not signed:
        return ""
    signature = approval.signature or Signature(problem="it was not checked")
    if email in signature.emails:
        return ""
    good = f"its good signature is of {' and '.join(signature.emails)}" if signature.emails else signature.problem
    return f"it is not signed by {person}: {good}"


def _names(email: str, same: Mapping[str, str]) -> set[str]:
    return {email, same.get(email, email)}


def email_of(person: str) -> str:
    """The address in `Name <email>`, in small letters; nothing where it is not written so."""
    found = _PERSON.fullmatch(person)
    return found[1].lower() if found else ""


def named(keys: Sequence[str], values: Sequence[str]) -> dict[str, str | None]:
    """The budgets that an approval names, each with its value where every one has one."""
    if len(keys) == len(values):
        return dict(zip(keys, values, strict=True))
    return dict.fromkeys(keys)


def mailmap(text: str) -> dict[str, str]:
    """A `.mailmap` as addresses: the one in a commit -> the one that its owner goes by."""
    found = (_MAPPED.match(line) for line in text.splitlines())
    return {one[2].strip().lower(): one[1].strip().lower() for one in found if one}
