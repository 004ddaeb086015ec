"""Which revision a change is measured against."""

from __future__ import annotations

from typing import Protocol


class Revisions(Protocol):
    """What the baseline rule needs to know of a repository."""

    def find(self, revision: str) -> str | None:
        """The full id of the commit that `revision` names, or None."""
        ...

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits, or None."""
        ...

    def latest_tag(self, glob: str, commit: str) -> str | None:
        """The newest tag matching `glob` that `commit` descends from, or None."""
        ...


def choose_base(rule: str, head: str, since: str | None, history: Revisions) -> str | None:
    """Apply the config's `baseline` rule to the change that ends in `head`; None when there is nothing before it.

    `since` is where the branch stood before the change, when that is known: coalesced commits are then judged
    together. On the branch that `merge-base:` names, the merge base is `head` itself: there the rule is `previous`.
    """
    kind, _, argument = rule.partition(":")
    if rule == "previous":
        return _previous(head, since, history)
    if kind == "merge-base":
        named = history.find(argument) or history.find(f"origin/{argument}")
        base = history.merge_base(named, head) if named else None
        return base if base and base != head else _previous(head, since, history)
    if kind == "fixed":
        return history.find(argument)
    named = history.find(rule)
    if named is None and any(sign in rule for sign in "*?["):
        named = _tagged(rule, head, history)
    return named if named and named != head else _previous(head, since, history)


def choose_anchor(rule: str, head: str, history: Revisions) -> str | None:
    """The fixed commit that shows creep: `fixed:<rev>`, the newest tag of a glob before `head`, or none."""
    kind, _, argument = rule.partition(":")
    if rule == "none":
        return None
    if kind == "fixed":
        return history.find(argument)
    return _tagged(rule, head, history)


def _tagged(glob: str, head: str, history: Revisions) -> str | None:
    """The commit of the newest tag of a glob before `head`."""
    parent = history.find(f"{head}^")
    tag = history.latest_tag(glob, parent) if parent else None
    return history.find(tag) if tag else None


def _previous(head: str, since: str | None, history: Revisions) -> str | None:
    if since and since != head:
        common = history.merge_base(since, head)
        if common and common != head:
            return common
    return history.find(f"{head}^")
