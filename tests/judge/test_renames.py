from __future__ import annotations

from dataclasses import replace

from resonance_perf.judge.limits import Limits
from resonance_perf.judge.state import Revision
from resonance_perf.memory.budgets import read_budgets
from resonance_perf.report.loosened import loosening_line
from tests.judge.walking import ADA, LAW, walked, wrote


def revision(commit: str | None, fence: str, aliases: dict[str, str]) -> Revision:
    budgets, problems = read_budgets(f"```yaml\nbudgets:\n  {fence}\n```\n", "f")
    assert not problems
    return wrote(commit, *budgets, law=replace(LAW, metrics=aliases))


def limits(*fences: str, aliases: dict[str, str] | None = None) -> Limits:
    return walked(*(revision(f"c{number}", fence, aliases or {}) for number, fence in enumerate(fences)))


def test_a_renamed_budget_keeps_its_limit_and_who_set_it() -> None:
    found = limits("p95: 100ms", "api: {limit: 100ms, renamed_from: p95}", "api: {limit: 100ms, renamed_from: p95}")
    assert list(found.in_force) == ["api"]
    assert found.in_force["api"].commit == "c0"
    assert found.loosened == ()


def test_a_rename_may_tighten_but_not_loosen() -> None:
    assert limits("p95: 100ms", "api: {limit: 90ms, renamed_from: p95}").in_force["api"].budget.text == "90ms"
    found = limits("p95: 100ms", "api: {limit: 200ms, renamed_from: p95}")
    assert found.in_force["api"].budget.text == "100ms"
    assert [(one.key, one.old, one.to) for one in found.loosened] == [("api", "100ms", "200ms")]


def test_without_the_word_it_is_a_removal_and_the_word_is_suggested() -> None:
    found = limits("p95: 100ms", "api: 100ms")
    assert set(found.in_force) == {"p95", "api"}
    said = loosening_line(found.loosened[0], (ADA,))
    assert 'put p95 back; if api is its new name, say so there: "renamed_from": "p95"' in said


def test_the_word_may_come_in_a_later_commit() -> None:
    found = limits("p95: 100ms", "api: 100ms", "api: {limit: 100ms, renamed_from: p95}")
    assert list(found.in_force) == ["api"]
    assert found.loosened == ()


def test_the_word_does_not_excuse_a_looser_budget_that_was_there_already() -> None:
    found = limits("p95: 100ms", "api: 300ms", "api: {limit: 300ms, renamed_from: p95}")
    assert found.in_force["p95"].budget.text == "100ms"
    assert [(one.key, one.to) for one in found.loosened] == [("p95", None)]


def test_a_key_that_is_still_there_is_not_renamed() -> None:
    found = limits("p95: 100ms", "p95: 100ms\n  api: {limit: 200ms, renamed_from: p95}")
    assert {key: one.budget.text for key, one in found.in_force.items()} == {"p95": "100ms", "api": "200ms"}
    assert found.loosened == ()


def test_a_rename_does_not_let_go_of_the_metric_that_the_config_tied_to_the_old_key() -> None:
    fences = "p95: 100ms", "api: {limit: 100ms, renamed_from: p95}"
    found = limits(*fences, aliases={"p95": "shop.p95"})
    assert found.loosened[0].scope == "shop.p95 → no metric"
    assert limits(*fences, aliases={"api": "shop.p95"}).loosened == ()
    named = "api: {limit: 100ms, renamed_from: p95, metric: shop.p95}"
    assert limits(fences[0], named, aliases={"p95": "shop.p95"}).loosened == ()


def test_a_chain_of_renames_and_one_back_again() -> None:
    first = "a: {limit: 9ms, renamed_from: b}"
    found = limits("b: 9ms", first, "c: {limit: 9ms, renamed_from: a}", "b: {limit: 9ms, renamed_from: c}")
    assert list(found.in_force) == ["b"]
    assert found.in_force["b"].commit == "c0"
    assert found.in_force["b"].budget.text == "9ms"
