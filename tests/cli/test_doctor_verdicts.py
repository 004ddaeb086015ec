from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from resonance_perf.app.workspace import open_workspace
from resonance_perf.cli.doctor import MANY_VERDICTS, _verdicts
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.run import Environment, Estimate, Run
from resonance_perf.store.store import Store
from tests.cli.conftest import Watched, state

CHANGE = Comparison(
    benchmark="api", metric="wall", base="0", head="", before=1, after=1, unit="ms", ratio=1, low=0.9, high=1.1,
    verdict="same", pairs=8, seconds=1, decided_by="wall",
)  # fmt: skip


@pytest.fixture
def said(make_watched: Callable[[str], Watched]) -> Callable[..., list[str]]:
    """What doctor says after so many comparisons, each with these verdicts."""
    watched = make_watched(state())

    def ask(count: int, **verdicts: Verdict) -> list[str]:
        work = open_workspace(str(watched.repo.path))
        store = Store(work.repo.private)
        for number in range(count):
            run = Run(
                id=f"01R{number:03}", benchmark="api", commit="c", side="head", started_at=number,
                environment=Environment("e", ()), samples=(), estimates=(Estimate("wall", 1, 1, 1, "ms", 1),),
            )  # fmt: skip
            changes = [replace(CHANGE, head=run.id, metric=metric, verdict=one) for metric, one in verdicts.items()]
            store.results.save("job", [run], changes, standing=True)
        found = [one.what for one in _verdicts(work, store)]
        store.close()
        return found

    return ask


def test_a_benchmark_that_never_shows_a_change_is_asked_what_it_is_good_for(said: Callable[..., list[str]]) -> None:
    assert said(MANY_VERDICTS - 1, wall="same", cpu="same", user="unsure") == []
    (line,) = said(MANY_VERDICTS, wall="same", cpu="same", user="unsure")
    assert line.startswith(f"api has never shown a change in {MANY_VERDICTS} comparisons")


def test_any_metric_that_is_asked_about_may_show_it(said: Callable[..., list[str]]) -> None:
    assert said(MANY_VERDICTS, wall="same", cpu="slower", user="unsure") == []


def test_what_nobody_asked_about_makes_no_benchmark_unsure(said: Callable[..., list[str]]) -> None:
    (line, *_) = said(MANY_VERDICTS, wall="unsure", cpu="slower")
    assert line == f"api is unsure in {MANY_VERDICTS} of {MANY_VERDICTS} comparisons"
