from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Watched, state

Make = Callable[[str], Watched]
STATE = ".resonance/01_state.md"
GRACE, ADA = "Grace Hopper <grace@example.org>", "Ada Lovelace <ada@example.org>"


@pytest.fixture
def eventful(make_watched: Make) -> tuple[Watched, list[str]]:
    """A limit that was tightened, loosened with and without approval; and the commits."""
    watched = make_watched(state(api_wall="100ms"))
    commits = [watched.repo.git("rev-parse", "HEAD")]
    for limit, message in (("80ms", "better"), ("120ms", f"room\n\nPerf-Approved-by: {ADA}"), ("200ms", "more room")):
        commits.append(watched.repo.commit({STATE: state(api_wall=limit)}, message))
    return watched, [one[:9] for one in commits]


def test_where_it_stands_and_where_the_limit_comes_from(eventful: tuple[Watched, list[str]]) -> None:
    watched, commits = eventful
    watched.measured(50)
    code, out, _ = watched.run("budget", "explain", "api_wall")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "api_wall    🟢 green")
    assert lines[1].startswith(f"now         api.wall 50 ms [49 ms, 51 ms], {commits[3]}, ")
    assert lines[1].endswith("(run 01RUN)")
    assert lines[2].startswith(f"limit       120ms, set in {commits[2]} by {GRACE}, ")
    assert lines[2].endswith(f", approved by {ADA}")
    assert lines[3].startswith(f"may loosen  {ADA}: resonance-perf budget loosen api_wall VALUE --why …")


def test_the_history_holds_every_change_and_what_was_refused(eventful: tuple[Watched, list[str]]) -> None:
    watched, commits = eventful
    watched.repo.write({STATE: state(api_wall="110ms")})
    code, out, _ = watched.run("budget", "explain", "api_wall")
    rows = [line.split("  ") for line in out.split("approved by\n")[-1].splitlines()]
    told = [[cell.strip() for cell in row if cell.strip()][1:] for row in rows]
    assert code == 0
    assert told == [
        [commits[0], "set", "–", "100ms", GRACE, "–"],
        [commits[1], "tightened", "100ms", "80ms", GRACE, "–"],
        [commits[2], "loosened", "80ms", "120ms", GRACE, ADA],
        [commits[3], "refused: nobody approved", "120ms", "200ms", GRACE, "–"],
        ["work tree", "tightened", "120ms", "110ms", "–", "–"],
    ]


def test_a_loosening_that_stands_and_does_not_count_is_told(eventful: tuple[Watched, list[str]]) -> None:
    watched, commits = eventful
    out = watched.run("budget", "explain", "api_wall")[1]
    assert f"{STATE}:6: api_wall was loosened from 120ms to 200ms in {commits[3]} without approval; 120ms stays" in out


def test_as_json(eventful: tuple[Watched, list[str]]) -> None:
    watched, commits = eventful
    watched.measured(50)
    document = json.loads(watched.run("budget", "explain", "api_wall", "--json")[1])
    assert (document["verdict"], document["may_loosen"], document["limit"]["text"]) == ("green", [ADA], "120ms")
    assert (document["limit"]["commit"][:9], document["limit"]["approved_by"]) == (commits[2], ADA)
    assert (document["value"]["value"], document["value"]["low"], document["value"]["unit"]) == (50, 49, "ms")
    assert [(one["what"], one["to"]) for one in document["history"]] == [
        ("set", "100ms"), ("tightened", "80ms"), ("loosened", "120ms"), ("refused", "200ms"),
    ]  # fmt: skip
    assert all(one["at"] > 1.6e9 for one in document["history"])
    assert [one["to"] for one in document["loosened"]] == ["200ms"]


def test_only_who_was_an_approver_before_may_loosen(eventful: tuple[Watched, list[str]]) -> None:
    watched, _ = eventful
    config = (watched.repo.path / ".resonance/config.yaml").read_text()
    watched.repo.write({".resonance/config.yaml": config.replace("Ada Lovelace", "Eve").replace("ada@", "eve@")})
    assert f"may loosen  {ADA}:" in watched.run("budget", "explain", "api_wall")[1]


def test_a_budget_that_is_not_there_is_a_sentence(eventful: tuple[Watched, list[str]]) -> None:
    code, _, err = eventful[0].run("budget", "explain", "nope")
    assert (code, 'there is no budget "nope". There are api_wall.' in err) == (2, True)
