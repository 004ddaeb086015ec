from __future__ import annotations

from dataclasses import replace

from resonance_perf.judge.limit_history import history_of
from resonance_perf.judge.limits import Revision, limits_by_revision
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import Budget

ADA, BOB = "Ada <ada@x.org>", "Bob <bob@x.org>"


def revision(commit: str | None, *budgets: Budget, approvals: tuple[str, ...] = ()) -> Revision:
    return Revision(
        commit=commit, author=BOB, approvals=approvals, approvers=(ADA,), budgets={one.key: one for one in budgets}
    )


def told(*steps: Revision, key: str = "k") -> list[tuple[str, str | None, str | None, str | None, str]]:
    found = history_of(key, limits_by_revision(steps, file="f"))
    return [(one.what, one.old, one.new, one.commit, one.approved_by) for one in found]


def k(text: str, **parts: object) -> Budget:
    return replace(read_value("k", text), **parts)  # type: ignore[arg-type]  # fields of a budget


def test_every_change_has_its_commit_and_its_approval() -> None:
    assert told(
        revision("a", k("100ms")), revision("b", k("80ms")), revision("c", k("80ms"), read_value("other", "1s")),
        revision("d", k("200ms"), approvals=(ADA,)), revision(None, k("150ms")),
    ) == [
        ("set", None, "100ms", "a", ""), ("tightened", "100ms", "80ms", "b", ""),
        ("loosened", "80ms", "200ms", "d", ADA), ("tightened", "200ms", "150ms", None, ""),
    ]  # fmt: skip


def test_a_loosening_that_did_not_count_is_told_once() -> None:
    assert told(
        revision("a", k("100ms")), revision("b", k("200ms")), revision("c", k("200ms"), read_value("other", "1s")),
        revision("d", k("100ms")), revision("e", k("200ms")),
    ) == [
        ("set", None, "100ms", "a", ""), ("refused", "100ms", "200ms", "b", ""), ("refused", "100ms", "200ms", "e", ""),
    ]  # fmt: skip


def test_a_removal_and_a_change_of_scope_are_told() -> None:
    assert told(
        revision("a", k("1s", metric="a.p95")), revision("b", k("1s", metric="*.p95")), revision("c"),
        revision("d", approvals=(ADA,)),
    ) == [
        ("set", None, "1s", "a", ""), ("tightened", "1s", "1s", "b", ""), ("refused", "1s", None, "c", ""),
        ("removed", "1s", None, "d", ADA),
    ]  # fmt: skip


def test_the_same_in_other_words_is_told_as_such() -> None:
    assert told(revision("a", k("1s")), revision("b", k("1000ms")))[1:] == [("changed", "1s", "1000ms", "b", "")]


def test_the_history_of_an_old_name_is_part_of_it() -> None:
    new = replace(read_value("new", "90ms"), renamed_from="k")
    assert told(revision("a", k("100ms")), revision("b", new), key="new") == [
        ("set", None, "100ms", "a", ""), ("tightened", "100ms", "90ms", "b", ""),
    ]  # fmt: skip


def test_a_key_that_never_was_has_none() -> None:
    assert told(revision("a", k("1s")), key="x") == []
