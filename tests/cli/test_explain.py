"""`explain` in a real repository, with runs that were stored without measuring."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from resonance_perf.app.artifacts import keep_whys
from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.comparison import Comparison, Verdict
from resonance_perf.model.run import Environment, Estimate, Run, Sample
from resonance_perf.profiles.causes import why
from resonance_perf.store.store import Store
from resonance_perf.system.git.diff import diff_between
from tests.cli.conftest import Watched, state
from tests.profiles.captured import capture

QUICK = "def total(rows):\n    return sum(rows)\n"
SLOW = "def total(rows):\n    return sum(rows[at] for at in range(len(rows)))\n"


@dataclass(frozen=True)
class Explained:
    watched: Watched
    base: str
    head: str

    def store(self, id_: str, verdict: Verdict, *, at: float = 0.0, ratio: float = 1.5) -> Comparison:
        path = str(self.watched.repo.path)
        before, after = 10.0, 10.0 * ratio
        runs = [
            Run(
                id=name, benchmark="api", commit=commit, side=side, started_at=at, environment=Environment("e", (("cpu", "x"),)),  # type: ignore[arg-type]
                samples=(Sample(values={"wall": value}, at=at),), estimates=(Estimate("wall", value, value, value, "ms", 8),),
            )
            for name, commit, side, value in ((f"B{id_}", self.base, "base", before), (id_, self.head, "head", after))
        ]  # fmt: skip
        change = Comparison(
            benchmark="api", metric="wall", base=f"B{id_}", head=id_, before=before, after=after, unit="ms", ratio=ratio,
            low=ratio * 0.98, high=ratio * 1.02, verdict=verdict, pairs=9, seconds=2.0, decided_by="wall", confirmed=True,
        )  # fmt: skip
        store = Store(os.path.join(path, ".git", "resonance"))
        store.results.save(f"job{id_}", runs, [change], standing=True)
        store.close()
        return change

    def profile(self, change: Comparison) -> None:
        work = open_workspace(str(self.watched.repo.path))
        took = {"main": 500.0, "main;total": 500.0}
        sides = [[capture(values, unit="milliseconds")] * 3 for values in (took, {**took, "main;total": 1000.0})]
        keep_whys(work, change.head, [why(change, *sides, diff_between(work.repo, self.base, self.head))])


@pytest.fixture
def explained(make_watched: Callable[[str], Watched]) -> Explained:
    watched = make_watched(state(api_wall="20ms"))
    base = watched.repo.commit({"shop/stats.py": QUICK}, "start")
    return Explained(watched, base, watched.repo.commit({"shop/stats.py": SLOW}, "be \x1b[31mclever"))


def test_the_last_alarm_is_told_from_the_commit_to_the_line(explained: Explained) -> None:
    explained.profile(explained.store("01ALARM", "slower", at=100.0))
    explained.store("01SAME", "same", at=200.0, ratio=1.0)
    code, out, _ = explained.watched.run("explain")
    assert code == 0 and "\x1b" not in out
    assert out.startswith(
        f"🟡 api {explained.head[:9]} “be �[31mclever” against {explained.base[:9]}: slower: wall 10 ms → 15 ms"
    )
    assert "100 % [" in out and "shop.stats.total (shop/stats.py:1)" in out and "touched by the commit" in out
    assert "+    return sum(rows[at] for at in range(len(rows)))" in out
    assert f"resonance-perf compare {explained.base[:9]} {explained.head[:9]} --bench api" in out
    assert "the same machine and tools on both sides" in out and "shop/stats.py: +1 −1" in out


def test_it_is_as_red_as_the_run_was(explained: Explained) -> None:
    explained.store("01ALARM", "slower", ratio=5.0)
    _, out, _ = explained.watched.run("explain")
    assert out.startswith("🔴 api ") and "over api_wall (20ms)" in out.splitlines()[0]


def test_what_we_write_ourselves_is_no_change_that_explains(explained: Explained) -> None:
    watched = explained.watched
    files = {"shop/stats.py": QUICK, ".resonance/02_memory.md": "# Memory\n\nA row.\n"}
    later = Explained(watched, explained.head, watched.repo.commit(files, "take it back, with our rows"))
    later.store("01ALARM", "slower", at=100.0)
    code, out, _ = watched.run("explain")
    assert code == 0 and "shop/stats.py: +1 −1" in out and "02_memory.md" not in out


def test_a_run_may_be_told_by_the_beginning_of_its_id_by_its_base_or_by_its_benchmark(explained: Explained) -> None:
    explained.store("01ALARM", "slower", at=100.0)
    explained.store("02SAME", "same", at=200.0, ratio=1.0)
    for words, run in (("01A", "01ALARM"), ("B01", "01ALARM"), ("B02", "02SAME"), ("api", "02SAME")):
        code, out, _ = explained.watched.run("explain", words, "--json")
        told = json.loads(out)
        assert code == 0 and told["run"] == run and told["base"]["commit"] == explained.base
    assert told["whys"] == [] and told["unknown"] == []
    _, out, _ = explained.watched.run("explain", "01ALARM")
    assert "it was not profiled" in out


def test_markdown_is_for_a_pull_request(explained: Explained) -> None:
    explained.profile(explained.store("01ALARM", "slower"))
    code, out, _ = explained.watched.run("explain", "api", "--markdown")
    assert "in .git/resonance/artifacts/01ALARM" in out and str(explained.watched.repo.path) not in out
    assert code == 0 and out.startswith("**🟡 api ") and "\n```diff\n@@ -2,1 +2,1 @@\n" in out


def test_what_is_not_there_is_said(explained: Explained) -> None:
    for words, said in (
        ((), "nothing became slower so far"),
        (("api",), "no run of api was compared with a base"),
        (("01X",), 'no benchmark "01X"'),
    ):
        code, _, err = explained.watched.run("explain", *words)
        assert code == 2 and said in err


def test_commits_that_are_gone_cost_the_diff_only(explained: Explained) -> None:
    gone = Explained(explained.watched, "1" * 40, explained.head)
    gone.store("01ALARM", "slower")
    code, out, _ = gone.watched.run("explain")
    assert code == 0 and "there is no commit called" in out and "not known" in out
