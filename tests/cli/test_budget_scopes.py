from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Watched

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"


def state(**keys: object) -> str:
    return f"# State\n\n```json\n{json.dumps({'budgets': {'walls': keys}}, indent=2)}\n```\n"


def test_the_worst_of_what_a_pattern_covers_is_named(make_watched: Make) -> None:
    watched = make_watched(state(limit="100ms", metric="api.*"))
    watched.measured(150)
    code, out, _ = watched.run("check")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("🔴 api.wall 150 ms [149 ms, 151 ms] over walls (100ms), ")
    assert out.endswith("(the worst of 2 that match api.*)\n")
    (one,) = json.loads(watched.run("check", "--json")[1])["budgets"]
    assert (one["metric"], one["covers"]) == ("api.wall", "api.*")


def test_to_cover_less_is_3_and_the_old_scope_stays(make_watched: Make) -> None:
    watched = make_watched(state(limit="100ms", metric="api.*"))
    watched.measured(150)
    watched.repo.write({STATE: state(limit="100ms", metric="api.cpu", branches=["main"])})
    code, out, _ = watched.run("check")
    assert code == 3
    assert out.startswith(
        f"{STATE}:7: walls was made to cover less (api.* → api.cpu; all branches → main) without approval; 100ms stays "
        "in force. One of Ada Lovelace <ada@example.org> may approve: put it back, or commit it with the trailer"
    )
    assert "🔴 api.wall 150 ms" in out


@pytest.mark.parametrize(("branch", "code"), [("main", 1), ("release/2", 1), ("topic", 0)])
def test_a_budget_of_some_branches_is_judged_there_alone(make_watched: Make, branch: str, code: int) -> None:
    watched = make_watched(state(limit="100ms", metric="api.wall", branches=["main", "release/*"]))
    watched.measured(150)
    watched.repo.git("checkout", "-q", "-B", branch)
    assert watched.run("check", "--strict")[0] == code
    said = "⚪ walls: elsewhere (not judged on topic: it counts on main, release/*)\n"
    assert (watched.run("check")[1] == said) is (branch == "topic")


def test_a_limit_with_a_scope_can_be_tightened_by_command(make_watched: Make) -> None:
    watched = make_watched(state(limit="100ms", metric="api.*"))
    assert watched.run("budget", "tighten", "walls", "80ms")[:2] == (
        0,
        f"walls is 80ms now; commit {STATE} to share it\n",
    )
    assert watched.run("check")[0] == 0
    assert "90ms is looser than 80ms" in watched.run("budget", "tighten", "walls", "90ms")[2]
