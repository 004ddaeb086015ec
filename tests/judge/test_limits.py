from __future__ import annotations

from resonance_perf.judge.limits import Revision, limits_in_force
from resonance_perf.model.budget import Budget
from resonance_perf.model.quantity import parse_quantity

ADA, BOB = "Ada <ada@x.org>", "Bob <bob@x.org>"


def budget(text: str, *, line: int = 5, metric: str | None = None) -> Budget:
    bare = text.lstrip("<>= ")
    return Budget(
        key="p95", limit=parse_quantity(bare), direction="higher" if text.startswith(">") else "lower", text=text,
        line=line, metric=metric,
    )  # fmt: skip


def revision(
    text: str | None, commit: str | None = "c", *, author: str = BOB, approvals: tuple[str, ...] = ()
) -> Revision:
    budgets = {"p95": budget(text)} if text else {}
    return Revision(commit=commit, author=author, approvals=approvals, approvers=(ADA,), budgets=budgets)


def test_a_tightening_counts_from_anyone() -> None:
    found = limits_in_force([revision("100ms", "a"), revision("60ms", "b")], file="f")
    assert (found.in_force["p95"].budget.text, found.in_force["p95"].commit) == ("60ms", "b")
    assert found.loosened == ()


def test_an_unapproved_loosening_is_reported_and_the_old_limit_stays() -> None:
    found = limits_in_force([revision("60ms", "a"), revision("200ms", None)], file="01_state.md")
    assert found.in_force["p95"].budget.text == "60ms"
    (one,) = found.loosened
    assert (one.key, one.old, one.to, one.file, one.line, one.commit) == (
        "p95",
        "60ms",
        "200ms",
        "01_state.md",
        5,
        None,
    )


def test_a_committed_unapproved_loosening_names_its_commit_ever_after() -> None:
    found = limits_in_force([revision("60ms", "a"), revision("200ms", "b"), revision("200ms", None)], file="f")
    assert found.loosened[0].commit == "b"


def test_an_approval_of_a_listed_person_loosens() -> None:
    found = limits_in_force([revision("60ms", "a"), revision("90ms", "b", approvals=(ADA,))], file="f")
    assert (found.in_force["p95"].budget.text, found.in_force["p95"].approved_by) == ("90ms", ADA)
    assert found.loosened == ()


def test_nobody_approves_their_own_loosening() -> None:
    found = limits_in_force([revision("60ms", "a"), revision("90ms", "b", author=ADA, approvals=(ADA,))], file="f")
    assert found.in_force["p95"].budget.text == "60ms"


def test_a_stranger_approves_nothing() -> None:
    found = limits_in_force([revision("60ms", "a"), revision("90ms", "b", approvals=("Eve <eve@x.org>",))], file="f")
    assert found.loosened[0].to == "90ms"


def test_a_removal_is_a_loosening() -> None:
    found = limits_in_force([revision("60ms", "a"), revision(None, None)], file="f")
    assert found.loosened[0].to is None
    assert "p95" in found.in_force


def test_putting_it_back_ends_the_matter() -> None:
    steps = [revision("60ms", "a"), revision("90ms", "b"), revision("60ms", "c")]
    assert limits_in_force(steps, file="f").loosened == ()


def test_the_same_limit_in_other_words_keeps_counting() -> None:
    assert limits_in_force([revision("1s", "a"), revision("1000ms", "b")], file="f").loosened == ()


def test_higher_is_better_loosens_downwards() -> None:
    found = limits_in_force([revision(">= 60fps", "a"), revision(">= 50fps", None)], file="f")
    assert found.loosened[0].to == ">= 50fps"


def test_another_unit_or_metric_is_not_a_way_around() -> None:
    assert limits_in_force([revision("60ms", "a"), revision("10kb", None)], file="f").loosened
    pinned = Revision(
        commit="a", author=BOB, approvals=(), approvers=(), budgets={"p95": budget("60ms", metric="a.p95")}
    )
    moved = Revision(
        commit=None, author=BOB, approvals=(), approvers=(), budgets={"p95": budget("60ms", metric="b.p50")}
    )
    assert limits_in_force([pinned, moved], file="f").loosened
