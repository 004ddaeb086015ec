from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Watched, state

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"


def become(watched: Watched, name: str, email: str) -> None:
    watched.repo.git("config", "user.name", name)
    watched.repo.git("config", "user.email", email)


def test_tightening_edits_the_value_and_loosening_is_refused(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    assert watched.run("budget", "tighten", "api_wall", "80ms")[0] == 0
    assert '"api_wall": "80ms"' in (watched.repo.path / STATE).read_text()
    code, _, err = watched.run("budget", "tighten", "api_wall", "90ms")
    assert code == 2
    assert "90ms is looser than 80ms. That needs an approval" in err


def test_a_loosening_takes_two_people(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    head = watched.repo.git("rev-parse", "HEAD")
    code, out, _ = watched.run("budget", "loosen", "api_wall", "150ms", "--why", "TLS everywhere")
    assert (code, watched.repo.git("rev-parse", "HEAD")) == (0, head)
    assert "resonance-perf budget approve api_wall" in out
    code, _, err = watched.run("budget", "approve", "api_wall")
    assert (code, "may not approve" in err) == (2, True)
    become(watched, "Ada Lovelace", "ada@example.org")
    assert watched.run("budget", "approve", "api_wall")[0] == 0
    assert "Perf-Approved-by: Ada Lovelace <ada@example.org>" in watched.repo.git("log", "-1", "--format=%B")
    assert watched.repo.git("log", "-1", "--format=%an") == "Grace Hopper"
    assert watched.run("check")[0] == 0
    assert '"api_wall": "150ms"' in (watched.repo.path / STATE).read_text()
    assert "TLS everywhere" in (watched.repo.path / ".resonance/00_soul.md").read_text()
    assert watched.repo.git("status", "--porcelain") == ""


def test_nobody_approves_their_own(make_watched: Make) -> None:
    watched = make_watched(state(api_wall="100ms"))
    become(watched, "Ada Lovelace", "ada@example.org")
    watched.run("budget", "loosen", "api_wall", "150ms", "--why", "x")
    code, _, err = watched.run("budget", "approve", "api_wall")
    assert (code, "somebody else has to approve it" in err) == (2, True)


def test_first_limits_come_from_the_numbers(make_watched: Make) -> None:
    watched = make_watched("# State\n")
    watched.measured(50)
    code, out, _ = watched.run("budget", "suggest", "--write")
    assert (code, out.splitlines()[0]) == (0, "api_wall 64ms  (api.wall is 50 ms [49 ms, 51 ms])")
    assert '"api_wall": "64ms"' in (watched.repo.path / STATE).read_text()
    assert "🟢 green" in (watched.repo.path / STATE).read_text()


def test_a_new_budget_is_set(make_watched: Make) -> None:
    watched = make_watched(state())
    assert watched.run("budget", "set", "api_wall", "70ms")[0] == 0
    assert '"api_wall": "70ms"' in (watched.repo.path / STATE).read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tighten", "nope", "1s"), 'there is no budget "nope". There are api_wall.'),
        (("set", "api_wall", "fast"), '"fast" is not a quantity'),
        (("loosen", "api_wall", "50ms", "--why", "x"), "50ms is not looser than 100ms"),
        (("approve", "api_wall"), "there is no prepared loosening of api_wall"),
    ],
)
def test_what_the_rules_forbid_is_a_sentence(make_watched: Make, words: tuple[str, ...], said: str) -> None:
    code, _, err = make_watched(state(api_wall="100ms")).run("budget", *words)
    assert code == 2
    assert said in err


def test_show_says_who_set_a_limit(make_watched: Make) -> None:
    code, out, _ = make_watched(state(api_wall="100ms")).run("budget", "show")
    assert code == 0
    assert "api_wall  100ms" in out
    assert "Grace Hopper <grace@example.org>" in out


def test_decisions_are_recorded(make_watched: Make) -> None:
    watched = make_watched(state())
    assert watched.run("decide", "Keep the cache", "--context", "p95 was 9 ms")[0] == 0
    soul = (watched.repo.path / ".resonance/00_soul.md").read_text()
    assert "## Performance decisions" in soul
    assert "**Context:** p95 was 9 ms" in soul
