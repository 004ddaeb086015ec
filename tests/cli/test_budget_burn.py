from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Watched, state

Make = Callable[[str], Watched]
HOUR = 3600.0


@pytest.fixture
def burning(make_watched: Make) -> Watched:
    watched = make_watched(state(api_wall="100ms", other="1s"))
    for hours, wall in enumerate([50, 150, 95, 50, 150, 50, 50, 50, 50, 50]):
        watched.measured(wall, spread=1, id_=f"01R{hours}", at=(hours - 10) * HOUR - 60)
    return watched


def test_the_share_of_red_runs_and_how_fast_it_burns(burning: Watched) -> None:
    code, out, _ = burning.run("budget", "burn")
    assert code == 0
    assert out == (
        "budget    limit today  runs  red       yellow    burn rate  last red\n"
        "api_wall  100ms        10    2 (20 %)  1 (10 %)  4.0        6 h ago\n"
        "other     1s           0     –         –         –          –\n"
        "\n"
        "Burn rate 1 uses up what an objective of 95 % allows: 5 % of the runs red.\n"
    )


def test_the_limit_of_today_judges_all_of_them(burning: Watched) -> None:
    burning.run("budget", "tighten", "api_wall", "40ms")
    (one,) = json.loads(burning.run("budget", "burn", "api_wall", "--json")[1])["budgets"]
    assert (one["limit"], one["runs"], one["red"]) == ("40ms", 10, 10)


def test_as_json_for_some_budgets_of_the_last_runs(burning: Watched) -> None:
    words = ("budget", "burn", "api_wall", "--runs", "5", "--objective", "90%", "--json")
    document = json.loads(burning.run(*words)[1])
    (one,) = document["budgets"]
    assert (document["objective"], one["key"], one["metrics"]) == (0.9, "api_wall", ["api.wall"])
    assert (one["runs"], one["red"], one["yellow"], one["unjudged"], one["last_red"]) == (5, 0, 0, 0, None)
    assert one["burn_rate"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nope",), 'there is no budget "nope". There are api_wall, other.'),
        (("--objective", "100%"), "100% is not a share below 100%, such as 95%"),
        (("--runs", "0"), "0 is not a number of runs"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(burning: Watched, words: tuple[str, ...], said: str) -> None:
    try:
        code, _, err = burning.run("budget", "burn", *words)
    except SystemExit as exit_:  # argparse
        code, err = exit_.code, burning.capsys.readouterr().err  # type: ignore[assignment]  # it is 2
    assert code == 2
    assert said in err
