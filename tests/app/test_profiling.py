"""Where the profiler that fits sees nothing, the next is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from resonance_perf.app import profiling
from resonance_perf.app.profiling import profile_sides
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.profilers import pyinstrument
from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.system.host import LocalHost
from tests.app.conftest import runner_in
from tests.conftest import GitRepo

WORK = Benchmark(name="work", driver="command", settings=CommandSettings(command=(sys.executable, "-B", "work.py")))


@pytest.fixture
def runner(repo: GitRepo) -> Iterator[Runner]:
    repo.commit({"work.py": "sum(range(100))\n"})
    with LocalHost() as host:
        yield runner_in(repo, host)


@pytest.fixture
def _blind(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_files: object) -> None:
        raise NothingSeenError("pyinstrument wrote no profile")

    monkeypatch.setattr(pyinstrument, "read", read)
    here = ("pyinstrument", "cprofile")
    monkeypatch.setattr(profiling, "is_here", lambda name: name in here)


@pytest.mark.usefixtures("_blind")
def test_the_next_profiler_is_asked(runner: Runner, repo: GitRepo) -> None:
    commits = {"head": repo.git("rev-parse", "HEAD")}
    found = profile_sides(runner, WORK, commits, "wall", rounds=1)
    assert found.profiler == "cprofile" and found.captures["head"][0].profile.total > 0


@pytest.mark.usefixtures("_blind")
def test_one_that_was_asked_for_is_not_replaced(runner: Runner, repo: GitRepo) -> None:
    with pytest.raises(BenchmarkError, match="work: pyinstrument wrote no profile"):
        profile_sides(runner, WORK, {"head": repo.git("rev-parse", "HEAD")}, "wall", name="pyinstrument", rounds=1)


@pytest.mark.usefixtures("_blind")
def test_where_none_is_left_the_first_is_told(runner: Runner, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiling, "is_here", lambda name: name == "pyinstrument")
    with pytest.raises(BenchmarkError, match="work: pyinstrument wrote no profile"):
        profile_sides(runner, WORK, {"head": repo.git("rev-parse", "HEAD")}, "wall", rounds=1)
