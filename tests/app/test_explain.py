"""What became slower is profiled on both sides."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_perf.app import explain as explain_module
from resonance_perf.app import quiet
from resonance_perf.app.artifacts import kept_whys
from resonance_perf.app.explain import explain
from resonance_perf.app.story import story_of
from resonance_perf.app.triggers import Planner
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import open_workspace
from resonance_perf.measure.runner import Runner
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.profiles.formats import pprof
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.git.worktrees import Worktrees
from resonance_perf.system.host import LocalHost
from resonance_perf.system.machine import environment
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
benchmarks:
  work: {driver: command, command: ["python3", "work.py"], samples: {min: 8, max: 8}, metrics: {cpu: {margin: 5%}}}
"""
WORK = """
def keep(rounds):
    return sum(number * number for number in range(rounds))

def scan(rounds):
    return sum(number * number for number in range(rounds))

keep(150_000)
"""
SLOWER = Comparison(
    benchmark="work", metric="wall", base="a", head="b", before=10.0, after=15.0, unit="ms", ratio=1.5, low=1.4,
    high=1.6, verdict="slower", pairs=9, seconds=1.0, decided_by="wall", confirmed=True,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.shared
def test_what_became_slower_is_profiled_and_a_profiler_that_fails_costs_the_profile_only(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet, "QUIET_S", 0.0)
    base = repo.commit({".resonance/config.yaml": CONFIG, "work.py": WORK}, "start")
    head = repo.commit({"work.py": WORK + "for _ in range(4): scan(150_000)\n"}, "look at everything")
    work = open_workspace(str(repo.path))
    store = Store(work.repo.private)
    said: list[str] = []
    benchmark = work.config.benchmarks[0]
    job = Planner(work, store, work.config, random.Random(1)).against(benchmark, head, base, now())
    with LocalHost() as host:
        result = do_job(work, store, work.config, job, host, said.append)
        assert result is not None and result.measurement.comparisons[0].metric == "wall"
        assert [one.metric for one in result.whys] == ["cpu"]
        assert "times on each side with python-cpu" in result.note
        assert kept_whys(work, result.measurement.head.id) == result.whys
        folder = work.private("artifacts", result.measurement.head.id)
        first = result.whys[0].causes[0]
        assert (first.name, first.file, first.touched) == ("work", "work.py", True)
        assert first.detail.startswith("in work.scan") and "+for _ in range(4): scan" in first.hunk
        (calls,) = (one for one in result.whys[0].causes if one.kind == "count" and one.source == "cProfile")
        assert (calls.name, calls.before, calls.after) == ("calls of work.scan by work per run", 0, 4)
        assert story_of(work, store, result.measurement.head).files[-2:] == ("profile.html", "why.json")
        kept = [one for one in sorted(os.listdir(folder)) if one.endswith(".python-cpu.pb.gz")]
        assert {"base-1.python-cpu.pb.gz", "head-1.python-cpu.pb.gz"} <= set(kept)
        with open(os.path.join(folder, "head-1.python-cpu.pb.gz"), "rb") as file:
            assert any(one.function == "scan" for stack in pprof.read(file.read(), "").stacks for one in stack.frames)

        runner = Runner(
            host=host, trees=Worktrees(work.repo), environment=environment(), clock=now, draw=random.Random(1)
        )
        worse = [one for one in result.measurement.comparisons if one.metric == "cpu"]
        other = replace(benchmark, profiler="node-cpu")
        whys, note = explain(work, runner, other, result.measurement, worse)
        assert note.startswith("not profiled: work: Node wrote no profile") and len(whys) == 1
        assert explain(work, runner, replace(benchmark, explains=False), result.measurement, worse)[1] == ""
    store.close()


@pytest.mark.parametrize(
    ("metrics", "about"),
    [
        (["seq_scans"], []),
        (["forced_reflows", "wall", "calls"], ["wall"]),
        (["calls", "wall"], ["calls"]),
        (["throughput"], ["throughput"]),
        (["cpu"], ["cpu"]),
    ],
)
def test_what_no_profile_holds_is_not_profiled(
    metrics: list[str], about: list[str], repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def profiles(_runner: object, _benchmark: object, _commits: object, metric: str, **_: object) -> None:
        asked.append(metric)
        raise BenchmarkError("this one sees nothing.")

    asked: list[str] = []
    monkeypatch.setattr(explain_module, "profile_sides", profiles)
    base = repo.commit({".resonance/config.yaml": CONFIG, "work.py": WORK}, "start")
    head = repo.commit({"work.py": ""}, "tidy up")
    work = open_workspace(str(repo.path))
    units = {"wall": "ms", "cpu": "ms", "throughput": "req/s"}
    worse = [replace(SLOWER, metric=one, decided_by=one, unit=units.get(one, one)) for one in metrics]
    sides = {"base": SimpleNamespace(commit=base), "head": SimpleNamespace(commit=head)}
    measurement: Any = SimpleNamespace(**sides, comparisons=tuple(worse), seconds=1.0)
    runner: Any = None
    whys, note = explain(work, runner, work.config.benchmarks[0], measurement, worse)
    assert asked == about and note == ("not profiled: this one sees nothing." if about else "")
    assert [one.metric for one in whys] == metrics


@pytest.mark.parametrize("error", [BenchmarkError("py-spy saw nothing"), OSError(28, "No space left on device")])
def test_a_profiler_that_fails_leaves_what_the_commit_itself_tells(
    error: Exception, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(explain_module, "_profiled", fails)
    base = repo.commit({".resonance/config.yaml": CONFIG, "db.sql": "CREATE INDEX by_day ON orders (day);\n"}, "start")
    head = repo.commit({"db.sql": ""}, "tidy up")
    work = open_workspace(str(repo.path))
    runs = {"base": SimpleNamespace(commit=base), "head": SimpleNamespace(commit=head)}
    measurement: Any = SimpleNamespace(**runs, comparisons=(SLOWER,))
    runner: Any = None
    (found,), note = explain(work, runner, work.config.benchmarks[0], measurement, [SLOWER])
    assert note == f"not profiled: {error}"
    assert any("by_day" in cause.name or "by_day" in cause.detail for cause in found.causes)
