from __future__ import annotations

from dataclasses import dataclass

import pytest

from resonance_perf.plan.base import choose_anchor, choose_base


@dataclass(frozen=True)
class Line:
    """A straight history a-b-c-d on main, and x-y on a branch from b."""

    parents = {"b": "a", "c": "b", "d": "c", "x": "b", "y": "x"}
    names = {"main": "d", "v1": "b"}

    def find(self, revision: str) -> str | None:
        if revision.endswith("^"):
            return self.parents.get(revision[:-1])
        return self.names.get(revision) or (revision if len(revision) == 1 else None)

    def _line(self, one: str) -> list[str]:
        found = [one]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found

    def merge_base(self, one: str, other: str) -> str | None:
        return next((commit for commit in self._line(one) if commit in self._line(other)), None)

    def latest_tag(self, glob: str, commit: str) -> str | None:
        return "v1" if "b" in self._line(commit) else None


@pytest.mark.parametrize(
    ("rule", "head", "since", "base"),
    [
        ("previous", "d", None, "c"), ("previous", "d", "a", "a"), ("previous", "y", "d", "b"), ("previous", "a", None, None),
        ("previous", "b", "d", "a"), ("merge-base:main", "y", None, "b"), ("merge-base:main", "d", "b", "b"),
        ("merge-base:gone", "d", None, "c"), ("fixed:v1", "d", None, "b"), ("main", "y", None, "d"), ("v*", "d", None, "b"),
    ],
)  # fmt: skip
def test_the_baseline_rule(rule: str, head: str, since: str | None, base: str | None) -> None:
    assert choose_base(rule, head, since, Line()) == base


@pytest.mark.parametrize(
    ("rule", "head", "anchor"), [("v*", "d", "b"), ("v*", "a", None), ("fixed:c", "d", "c"), ("none", "d", None)]
)
def test_the_anchor_is_a_fixed_commit_or_nothing(rule: str, head: str, anchor: str | None) -> None:
    assert choose_anchor(rule, head, Line()) == anchor
