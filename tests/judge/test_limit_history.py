from __future__ import annotations

from dataclasses import replace

from resonance_perf.judge.limit_history import history_of
from resonance_perf.judge.state import Revision
from resonance_perf.memory.budgets import read_value
from resonance_perf.model.budget import Budget
from tests.judge.walking import ADA, line, wrote


def told(*steps: Revision, key: str = "k") -> list[tuple[str, str | None, str | None, str | None, str]]:
    found = history_of(key, line(*steps))
    return [(one.what, one.old, one.new, one.commit, one.approved_by) for one in found]


def k(text: str, **parts: object) -> Budget:
    return replace(read_value("k", text), **parts)  # type: ignore[arg-type]  # fields of a budget


def test_every_change_has_its_commit_and_its_approval() -> None:
    assert told(
        wrote("a", k("100ms")), wrote("b", k("80ms")), wrote("c", k("80ms"), read_value("other", "1s")),
        wrote("d", k("200ms"), by=(ADA,)), wrote(None, k("150ms")),
    ) == [
        ("set", None, "100ms", "a", ""), ("tightened", "100ms", "80ms", "b", ""),
        ("loosened", "80ms", "200ms", "d", ADA), ("tightened", "200ms", "150ms", None, ""),
    ]  # fmt: skip


def test_a_loosening_that_did_not_count_is_told_once() -> None:
    assert told(
        wrote("a", k("100ms")), wrote("b", k("200ms")), wrote("c", k("200ms"), read_value("other", "1s")),
        wrote("d", k("100ms")), wrote("e", k("200ms")),
    ) == [
        ("set", None, "100ms", "a", ""), ("refused", "100ms", "200ms", "b", ""), ("refused", "100ms", "200ms", "e", ""),
    ]  # fmt: skip


def test_a_removal_and_a_change_of_scope_are_told() -> None:
    assert told(
        wrote("a", k("1s", metric="a.p95")), wrote("b", k("1s", metric="*.p95")), wrote("c"),
        wrote("d", by=(ADA,), names={"k": "none"}),
    ) == [
        ("set", None, "1s", "a", ""), ("tightened", "1s", "1s", "b", ""), ("refused", "1s", None, "c", ""),
        ("removed", "1s", None, "d", ADA),
    ]  # fmt: skip


def test_the_same_in_other_words_is_told_as_such() -> None:
    assert told(wrote("a", k("1s")), wrote("b", k("1000ms")))[1:] == [("changed", "1s", "1000ms", "b", "")]


def test_the_history_of_an_old_name_is_part_of_it() -> None:
    new = replace(read_value("new", "90ms"), renamed_from="k")
    assert told(wrote("a", k("100ms")), wrote("b", new), key="new") == [
        ("set", None, "100ms", "a", ""), ("tightened", "100ms", "90ms", "b", ""),
    ]  # fmt: skip


def test_a_key_that_never_was_has_none() -> None:
    assert told(wrote("a", k("1s")), key="x") == []
