from __future__ import annotations

from dataclasses import replace

from resonance_perf.app.standing import Standing
from resonance_perf.daemon.news import changes_of_standing
from resonance_perf.model.budget import Budget, LimitInForce, Loosening
from resonance_perf.model.errors import Location, Problem
from resonance_perf.model.judgement import Judgement
from resonance_perf.model.quantity import parse_quantity

ADA = ("Ada Lovelace <ada@example.org>",)
BROKEN = Problem("there is a second budgets fence", Location("01_state.md", 9, 1))
LOOSENED = Loosening(key="api_p95", old="100ms", to="1s", file="01_state.md", line=5)
OURS = "a" * 40


def judged(text: str = "100ms", *, commit: str | None = "c" * 40, key: str = "api_p95") -> Judgement:
    budget = Budget(key=key, limit=parse_quantity(text), direction="lower", text=text, line=5)
    limit = LimitInForce(key=key, budget=budget, commit=commit)
    return Judgement(key=key, limit=limit, metric="api.p95", status="green")


def told(before: Standing | None, after: Standing) -> list[str]:
    return changes_of_standing(before, after, ADA, lambda commit: commit == OURS)


def standing(*judgements: Judgement) -> Standing:
    return Standing(judgements=judgements, loosened=())


def test_at_the_first_look_only_what_is_wrong_is_told() -> None:
    assert told(None, standing(judged())) == []
    wrong = replace(standing(judged()), problems=(BROKEN,), loosened=(LOOSENED,))
    problem, loosened = told(None, wrong)
    assert problem == "⚪ 01_state.md:9:1: there is a second budgets fence."
    assert loosened.startswith("🔴 01_state.md:5: api_p95 was loosened from 100ms to 1s without approval")
    assert "One of Ada Lovelace <ada@example.org> may approve" in loosened


def test_what_was_told_before_is_not_told_again() -> None:
    wrong = replace(standing(judged()), problems=(BROKEN,), loosened=(LOOSENED,))
    assert told(wrong, wrong) == []


def test_a_loosening_that_was_taken_back_is_good_news() -> None:
    assert told(replace(standing(judged()), loosened=(LOOSENED,)), standing(judged())) == [
        "🟢 api_p95 is back at 100ms"
    ]


def test_a_limit_that_moved_names_who_moved_it() -> None:
    before = standing(judged())
    moved = "⚪ budget api_p95 100ms → 80ms"
    assert told(before, standing(judged("80ms"))) == [f"{moved} in ccccccccc: within api_p95 (80ms)"]
    assert told(before, standing(judged("80ms", commit=None))) == [f"{moved} by hand: within api_p95 (80ms)"]


def test_our_own_shift_was_told_when_it_was_made() -> None:
    assert told(standing(judged()), standing(judged("80ms", commit=OURS))) == []


def test_budgets_that_came_and_went() -> None:
    after = standing(judged("5ms", key="new"))
    assert told(standing(judged()), after) == ["⚪ new budget new 5ms: green", "⚪ budget api_p95 is gone"]
