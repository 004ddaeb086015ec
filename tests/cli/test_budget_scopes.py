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
    first, *_ = out.splitlines()
    assert code == 1
    assert first.startswith("🔴 api.wall 150 ms [149 ms, 151 ms] over walls (100ms), ")
    assert first.endswith("(the worst of 2 that match api.*)")
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
    assert out.endswith("walls. Next: put it back, or commit it with the trailer Perf-Approved-by\n")


@pytest.mark.parametrize(("branch", "code"), [("main", 1), ("release/2", 1), ("topic", 0)])
def test_a_budget_of_some_branches_is_judged_there_alone(make_watched: Make, branch: str, code: int) -> None:
    watched = make_watched(state(limit="100ms", metric="api.wall", branches=["main", "release/*"]))
    watched.measured(150)
    watched.repo.git("checkout", "-q", "-B", branch)
    assert watched.run("check", "--strict")[0] == code
    said = "⚪ walls: elsewhere (not judged on topic: it counts on main, release/*)\n"
    assert watched.run("check")[1].startswith(said) is (branch == "topic")


def test_a_new_budget_may_name_its_metrics_and_its_reason(make_watched: Make) -> None:
    watched = make_watched(state(limit="1s"))
    words = ("budget", "set", "all", "60ms", "--metric", "api.*", "--why", "we agreed")
    assert watched.run(*words)[0] == 0
    assert '"all": {"limit": "60ms", "metric": "api.*", "why": "we agreed"}' in (watched.repo.path / STATE).read_text()
    code, _, err = watched.run("budget", "set", "all", "50ms", "--metric", "api.wall")
    assert code == 2
    assert (
        f"all limits api.* already. Give the new one a key of its own, or change the metric in {STATE} by hand" in err
    )
    assert watched.run("budget", "set", "all", "50ms", "--metric", "api.*")[0] == 0


def test_a_comment_left_in_json_is_refused_with_its_place_and_the_committed_limit_counts(make_watched: Make) -> None:
    watched = make_watched(state(limit="100ms", metric="api.*"))
    watched.measured(150)
    text = (watched.repo.path / STATE).read_text()
    watched.repo.write({STATE: text.replace('"100ms",', '"100ms", // too much?')})
    code, out, err = watched.run("check")
    assert code == 2
    assert f"{STATE}:7:25: JSON has no comments. Remove it, use the key " in out + err


def test_a_command_keeps_the_comments_of_yaml(make_watched: Make) -> None:
    text = "# State\n\n```yaml\n# ours\nbudgets:\n  api_wall: 100ms  # promised\n  # the end\n```\n"
    watched = make_watched(text)
    watched.run("budget", "tighten", "api_wall", "80ms")
    assert (watched.repo.path / STATE).read_text() == text.replace("100ms", "80ms")


def test_a_limit_with_a_scope_can_be_tightened_by_command(make_watched: Make) -> None:
    watched = make_watched(state(limit="100ms", metric="api.*"))
    assert watched.run("budget", "tighten", "walls", "80ms")[:2] == (
        0,
        f"walls is 80ms now; commit {STATE} to share it\n",
    )
    assert watched.run("check")[0] == 0
    assert "90ms is looser than 80ms" in watched.run("budget", "tighten", "walls", "90ms")[2]
