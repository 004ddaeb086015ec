"""Bisection over real git; only the program is played: it takes as long as `cost` in its work tree says."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from resonance_perf.app.bisect import bisect_range
from resonance_perf.app.deliver import deliver
from resonance_perf.app.workspace import open_workspace
from resonance_perf.memory.log import read_log
from resonance_perf.model.bisection import Bisection, Terms
from resonance_perf.model.errors import BenchmarkError, GitError, UsageError
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.record import MemoryRow
from resonance_perf.model.work import Command
from resonance_perf.report.bisection import answer, bisection_document
from resonance_perf.store.store import Store
from resonance_perf.system.git.worktrees import SLOTS
from resonance_perf.system.process import StoppedError
from tests.conftest import GitRepo

CONFIG = """version: 1
benchmarks:
  work:
    driver: command
    command: ["work"]
    metrics:
      cpu: {margin: 1%}
"""
MEMORY = ".resonance/02_memory.md"


@dataclass
class Played:
    """A machine with 1 % of noise, whose program takes the seconds in `cost` and crashes where that is no number."""

    draw: random.Random = field(default_factory=lambda: random.Random(1))
    runs: int = 0
    most: int = 100_000
    stopped: bool = False

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        self.runs += 1
        if self.runs > self.most:
            raise StoppedError("stopped")
        text = Path(cwd, "cost").read_text()
        if not text.strip().replace(".", "").isdigit():
            return ProcessOutcome(argv=command.argv, exit_code=1, stderr=b"Traceback: it is broken")
        took = float(text) * self.draw.lognormvariate(0, 0.01)
        return ProcessOutcome(argv=command.argv, exit_code=0, wall_s=took, user_s=took)


@dataclass
class Line:
    """A repository that is watched; `make` commits one `cost` after the other and names the commits a, b, c, …"""

    repo: GitRepo
    host: Played = field(default_factory=Played)
    said: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def commit(self, name: str, cost: object) -> None:
        self.names[name] = self.repo.commit({"cost": f"{cost}\n", "notes": name}, f"commit {name}")

    def make(self, *costs: object) -> None:
        for cost in costs:
            self.commit(chr(ord("a") + len(self.names)), cost)

    def merge(self, name: str, branch: str) -> None:
        self.repo.git("merge", "-q", "--no-ff", "-X", "theirs", "-m", f"commit {name}", branch)
        self.names[name] = self.repo.git("rev-parse", "HEAD")

    def bisect(self, good: str, bad: str, **terms: object) -> Bisection:
        work = open_workspace(str(self.repo.path))
        store = Store(work.repo.private)
        benchmark = work.config.benchmark("work")
        assert benchmark is not None
        try:
            return bisect_range(
                work, store, work.config, benchmark, self.names.get(good, good), self.names.get(bad, bad), self.host,  # type: ignore[arg-type]  # a host
                self.said.append, terms=Terms(**terms),  # type: ignore[arg-type]  # as they come
            )  # fmt: skip
        finally:
            store.close()

    def named(self, found: Bisection) -> str:
        by_commit = {commit: name for name, commit in self.names.items()}
        return "".join(by_commit[one.commit] for one in found.suspects)

    def rows(self) -> tuple[MemoryRow, ...]:
        return read_log((self.repo.path / MEMORY).read_text(), "m")[0]

    def lessons(self) -> list[str]:
        return re.findall(r"^- .*", (self.repo.path / MEMORY).read_text(), re.MULTILINE)


@pytest.fixture
def line(repo: GitRepo) -> Line:
    """Watched, without a commit to measure yet."""
    files = {
        ".resonance/config.yaml": CONFIG,
        ".resonance/00_soul.md": "# Soul\n",
        ".resonance/01_state.md": "# State\n",
    }
    repo.commit({**files, MEMORY: "# Memory\n"}, "watch")
    return Line(repo)


def test_names_the_commit_with_before_and_after_and_writes_it_down(line: Line) -> None:
    line.make(*[0.01] * 9, *[0.0103] * 7)
    found = line.bisect("a", "p")
    assert (found.outcome, line.named(found), found.candidates) == ("found", "j", 15)
    assert found.confidence >= 0.95
    assert found.comparison.low < 1.03 < found.comparison.high
    told = answer(found)
    assert (
        told.startswith(f"🟡 work slower since {line.names['j'][:9]} “commit j”: cpu ")
        and " sure, 15 commits, " in told
    )
    (row,) = line.rows()
    assert (row.commit, row.trigger, row.metric, row.verdict) == (line.names["j"][:9], "bisect", "cpu", "slower")
    assert row.run == found.comparison.head
    (lesson,) = line.lessons()
    assert "commit j" in lesson and f"bisected {line.names['a'][:9]}..{line.names['p'][:9]}" in lesson
    assert bisection_document(found)["suspects"][0]["commit"] == line.names["j"]  # type: ignore[index]


def test_a_commit_that_touches_none_of_the_paths_is_hardly_suspected(line: Line) -> None:
    line.repo.commit({".resonance/config.yaml": CONFIG.replace("metrics:", 'paths: ["cost"]\n    metrics:')}, "paths")
    line.make(*[0.01] * 9, *[0.0103] * 7)
    found = line.bisect("a", "p")
    assert (line.named(found), found.looks) == ("j", 3)


def test_what_is_delivered_again_is_not_written_again(line: Line) -> None:
    line.make(0.01, 0.02)
    line.bisect("a", "b")
    before = (line.repo.path / MEMORY).read_bytes()
    work = open_workspace(str(line.repo.path))
    store = Store(work.repo.private)
    with store.transaction() as db:
        db.execute("UPDATE outbox SET done = 0")
    deliver(work, store, line.said.append)
    store.close()
    assert (line.repo.path / MEMORY).read_bytes() == before


def test_goes_on_inside_a_merge(line: Line) -> None:
    line.make(0.01, 0.01)
    line.repo.git("checkout", "-qb", "side")
    line.make(0.01, 0.01, 0.011, 0.011)
    line.repo.git("checkout", "-q", "main")
    line.repo.commit({"notes": "main"}, "main goes on")
    line.merge("M", "side")
    line.make(0.011, 0.011)
    found = line.bisect("a", "i")
    assert (found.outcome, line.named(found)) == ("found", "e")
    assert found.note == f"inside the merge {line.names['M'][:9]}"
    assert found.confidence >= 0.95
    assert line.named(line.bisect("a", "i", first_parent=True)) == "M"


def test_a_merge_whose_branch_is_not_slower_itself_is_the_culprit(line: Line) -> None:
    line.make(0.01)
    line.repo.git("checkout", "-qb", "side")
    line.make(0.01, 0.01)
    line.repo.git("checkout", "-q", "main")
    line.repo.commit({"other": "x"}, "main goes on")
    line.repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    line.commit("M", 0.012)
    line.make(0.012)
    found = line.bisect("a", "e")
    assert (found.outcome, line.named(found)) == ("found", "M")
    assert "what it merged is not slower by itself" in found.note


def test_passes_over_a_commit_that_crashes_and_says_so(line: Line) -> None:
    line.make(0.01, 0.01, 0.01, 0.01, "broken", 0.01, 0.012, 0.012, 0.012)
    found = line.bisect("a", "i")
    assert (found.outcome, line.named(found), found.skipped) == ("found", "g", (line.names["e"],))
    (said,) = [said for said in line.said if "is skipped" in said]
    assert said.startswith(f"{line.names['e'][:9]} “commit e”") and "it is broken" in said


def test_names_all_that_nothing_can_tell_apart(line: Line) -> None:
    line.make(0.01, 0.01, "broken", "broken", 0.012, 0.012)
    found = line.bisect("a", "f")
    assert (found.outcome, line.named(found)) == ("among", "cde")
    assert set(found.skipped) <= {line.names["c"], line.names["d"]}
    assert "which cannot be told apart" in answer(found)
    (row,) = line.rows()
    assert row.commit == line.names["e"][:9]


def test_no_change_is_an_answer_and_nothing_is_written(line: Line) -> None:
    line.make(0.01, 0.01, 0.01)
    found = line.bisect("a", "c")
    assert (found.outcome, found.suspects, found.looks) == ("unchanged", (), 1)
    assert "is not slower, there is no change to be found: same" in answer(found)
    assert line.rows() == () and line.lessons() == []


def test_an_improvement_is_no_change_to_be_found(line: Line) -> None:
    line.make(0.01, 0.005)
    assert "there is no change to be found: faster" in answer(line.bisect("a", "b"))


def test_when_the_time_is_up_it_says_who_is_left_and_writes_nothing(line: Line) -> None:
    line.make(*[0.01] * 8, *[0.0103] * 8)
    found = line.bisect("a", "p", limit_s=0.001)
    assert found.outcome == "unsure"
    assert len(found.suspects) > 4
    told = answer(found)
    assert told.startswith("⚪ work slower, and it is not clear since which commit: most likely since ")
    assert "the time of 1 ms was up, and more would tell: --time 2ms" in told
    assert line.rows() == ()


def test_a_second_step_is_hinted_at(line: Line) -> None:
    line.make(0.01, 0.01, 0.013, 0.013, 0.0145, 0.0145)
    found = line.bisect("a", "f")
    assert line.named(found) == "c"
    assert "look for another" in found.note


def test_work_trees_are_reused(line: Line) -> None:
    line.make(*[0.01] * 9, *[0.0103] * 7)
    line.bisect("a", "p")
    folder = line.repo.path / ".git" / "resonance" / "worktrees"
    assert len([one for one in folder.iterdir() if one.is_dir()]) <= SLOTS
    assert line.repo.git("status", "--porcelain") == f"M {MEMORY}"
    assert line.repo.git("rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_a_stop_leaves_nothing_half_written(line: Line) -> None:
    line.make(*[0.01] * 9, *[0.0103] * 7)
    line.host.most = 80
    with pytest.raises(StoppedError):
        line.bisect("a", "p")
    store = Store(str(line.repo.path / ".git" / "resonance"))
    assert store.outbox.open_entries() == ()
    store.close()
    assert line.repo.git("status", "--porcelain") == ""
    line.host.most = 100_000
    assert line.named(line.bisect("a", "p")) == "j"


@pytest.mark.parametrize(("good", "bad"), [("broken", 0.01), (0.01, "broken")])
def test_both_ends_have_to_be_measurable(line: Line, good: object, bad: object) -> None:
    line.make(good, bad)
    with pytest.raises(BenchmarkError, match="it is broken") as raised:
        line.bisect("a", "b")
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [("b", "a", "Exchange the two"), ("a", "a", "same commit"), ("c", "b", "Both come from"), ("lost", "b", "nothing in common")],
)  # fmt: skip
def test_good_has_to_be_in_the_history_of_bad(line: Line, good: str, bad: str, says: str) -> None:
    line.make(0.01, 0.01)
    line.repo.git("checkout", "-qb", "side", line.names["a"])
    line.make(0.02)
    line.repo.git("checkout", "-q", "--orphan", "other")
    line.commit("lost", 0.01)
    line.repo.git("checkout", "-q", "main")
    with pytest.raises(GitError, match=says):
        line.bisect(good, bad)


def test_an_unknown_metric_is_named_with_those_there_are(line: Line) -> None:
    line.make(0.01, 0.01)
    with pytest.raises(UsageError, match=r'no metric "p99"\. It has wall, cpu'):
        line.bisect("a", "b", metric="p99")
