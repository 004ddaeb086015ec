from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import pytest

from resonance_perf.app import quiet
from resonance_perf.app.content import content_at
from resonance_perf.app.environments import environment_of
from resonance_perf.app.triggers import Planner
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import open_workspace
from resonance_perf.compare.self_check import sights
from resonance_perf.model.benchmark import CommandSettings
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.job import Job
from resonance_perf.model.run import Environment, Estimate, Run, Side
from resonance_perf.store.store import Store
from resonance_perf.system.host import LocalHost
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
benchmarks:
  api: {driver: command, command: ["false"], paths: ["shop/**"], samples: {min: 8, max: 8}}
"""


@pytest.fixture
def planner(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planner]:
    monkeypatch.setattr(quiet, "QUIET_S", 0.0)
    repo.commit({".resonance/config.yaml": CONFIG, "shop/a.py": "1\n"}, "start")
    work = open_workspace(str(repo.path))
    store = Store(work.repo.private)
    planner = Planner(work, store, work.config, random.Random(1))
    planner.store.remember("seen:" + work.repo.root, repo.git("rev-parse", "HEAD"))
    yield planner
    store.close()


def compared(planner: Planner, head: str, base: str, at: float) -> str:
    """Store what a measured change leaves."""
    benchmark = planner.config.benchmarks[0]
    sides: tuple[tuple[Side, str], ...] = (("base", base), ("head", head))
    runs = [
        Run(
            id=f"{side}{head[:6]}", benchmark="api", commit=commit, side=side, started_at=at, environment=environment_of(benchmark),
            samples=(), content=content_at(planner.work, planner.config, benchmark, commit),
            estimates=(Estimate("wall", at, at, at, "ms", 1),),
        )
        for side, commit in sides
    ]  # fmt: skip
    change = Comparison(
        benchmark="api", metric="wall", base=runs[0].id, head=runs[1].id, before=1, after=1, unit="ms", ratio=1, low=1,
        high=1, verdict="same", pairs=8, seconds=1, decided_by="wall",
    )  # fmt: skip
    planner.store.results.save("job", runs, [change], standing=True)
    return runs[1].id


def moved(planner: Planner, trigger: str = "commit") -> tuple[Job, list[str]]:
    """The job that a move of the branch leads to, and what was said while it was done."""
    planner.head_moved(trigger, 6.0)
    job = planner.store.queue.take(6.0)
    assert job is not None
    said: list[str] = []
    with LocalHost() as host:
        do_job(planner.work, planner.store, planner.config, job, host, said.append)
    return job, said


def test_a_rebase_that_changes_nothing_is_not_measured_again(planner: Planner, repo: GitRepo) -> None:
    base = repo.git("rev-parse", "HEAD")
    old = repo.commit({"shop/a.py": "2\n"}, "slowly")
    planner.store.remember("seen:" + planner.work.repo.root, old)
    compared(planner, old, base, 5.0)
    repo.git("commit", "-q", "--amend", "-m", "quickly")
    new = repo.git("rev-parse", "HEAD")
    _, said = moved(planner, "rewrite")
    assert said == [f"⚪ api {new[:9]} holds what was measured as {old[:9]}; that stands"]
    assert planner.store.numbers.is_measured("api", new)
    assert planner.store.queue.open_jobs() == ()


def test_other_content_is_measured(planner: Planner, repo: GitRepo) -> None:
    base = repo.git("rev-parse", "HEAD")
    old = repo.commit({"shop/a.py": "2\n"})
    compared(planner, old, base, 5.0)
    repo.commit({"shop/a.py": "3\n"})
    _, said = moved(planner)
    assert any("was not measured: api ended with exit code 1" in line for line in said)


def test_a_failure_names_its_benchmark_once(planner: Planner, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> NoReturn:
        raise BenchmarkError("api: no request succeeded")

    repo.commit({"shop/a.py": "3\n"})
    monkeypatch.setattr("resonance_perf.app.work.run_job", fails)
    job, said = moved(planner)
    assert f"⚫ api {job.head[:9]} was not measured: no request succeeded" in "\n".join(said)
    assert planner.store.queue.last_failures() == {"api": "no request succeeded."}


def test_going_back_lets_the_older_numbers_stand_again(planner: Planner, repo: GitRepo) -> None:
    base = repo.git("rev-parse", "HEAD")
    first = repo.commit({"shop/a.py": "2\n"})
    second = repo.commit({"shop/a.py": "3\n"})
    runs = compared(planner, first, base, 5.0), compared(planner, second, first, 7.0)
    planner.store.remember("seen:" + planner.work.repo.root, second)
    assert planner.store.numbers.newest()["api.wall"].run == runs[1]
    repo.git("reset", "-q", "--hard", first)
    planner.head_moved("commit", 8.0)
    assert planner.store.numbers.newest()["api.wall"].run == runs[0]


def test_what_a_person_asked_for_is_a_run_of_its_own_and_its_failure_is_known(planner: Planner, repo: GitRepo) -> None:
    start = repo.git("rev-parse", "HEAD")
    head = repo.commit({"shop/a.py": "2\n"})
    (benchmark,) = planner.config.benchmarks
    store = planner.store
    with LocalHost() as host:
        for commit in (start, head):
            job = planner.against(benchmark, commit, None, 6.0)
            assert do_job(planner.work, store, planner.config, job, host, str, false_alarms=0.01) is None
            if commit == start:
                assert store.queue.last_failures() == {}  # yesterday's code is no news of today
    assert store.queue.last_end() > 0
    assert "exit code 1" in store.queue.last_failures()["api"]
    assert store.queue.benchmarks_at(head) == ()
    assert store.queue.open_jobs() == ()


def on_another_machine(planner: Planner, commit: str) -> None:
    run = Run(
        id="01OLD", benchmark="api", commit=commit, side="head", started_at=5.0, environment=Environment("old", (("cpu", "x"),)),
        samples=(), estimates=(Estimate("wall", 12.0, 12.0, 12.0, "ms", 8),),
    )  # fmt: skip
    planner.store.results.save("job", [run], [], standing=True)


@pytest.mark.parametrize("based", [True, False])
def test_a_change_of_the_machine_is_bridged_by_a_commit_measured_on_both_sides(
    planner: Planner, repo: GitRepo, based: bool
) -> None:
    old = repo.git("rev-parse", "HEAD")
    other = repo.commit({"shop/a.py": "2\n"})
    head = repo.commit({"shop/a.py": "3\n"})
    on_another_machine(planner, old)
    benchmark = replace(planner.config.benchmarks[0], settings=CommandSettings(command=("true",)))
    config = replace(planner.config, benchmarks=(benchmark,))
    job = Planner(planner.work, planner.store, config, random.Random(1)).against(
        benchmark, head, old if based else other, 6.0
    )
    said: list[str] = []
    with LocalHost() as host:
        result = do_job(planner.work, planner.store, config, job, host, said.append)
    assert result is not None
    assert any(line.startswith("⚪ api: the machine changed since") for line in said)
    assert sum(line.startswith(f"⚪ api: {old[:9]} there and here: wall 12 ms → ") for line in said) == 1
    assert planner.store.numbers.newest()["api.wall"].commit == head
    here = planner.store.results.run_of("api", old, environment=result.measurement.head.environment.id)
    assert here is not None and here.side == ("base" if based else "head")


@pytest.mark.slow
@pytest.mark.shared
def test_a_commit_compared_with_itself_tells_what_can_be_seen_and_leaves_no_row(repo: GitRepo) -> None:
    loop = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"
    config = CONFIG.replace('["false"]', f'["sh", "-c", "{loop}"]').replace("{min: 8, max: 8}", "{max: 60, time: 5s}")
    head = repo.commit({".resonance/config.yaml": config, ".resonance/02_memory.md": "# Memory\n"}, "start")
    work = open_workspace(str(repo.path))
    store = Store(work.repo.private)
    said: list[str] = []
    planner = Planner(work, store, work.config, random.Random(1))
    (job,) = planner.self_check(100_000.0)
    assert (job.kind, job.head, job.base) == ("self", head, head)
    taken = store.queue.take(100_000.0)
    assert taken is not None
    with LocalHost() as host:
        result = do_job(work, store, work.config, taken, host, said.append)
    assert result is not None
    found = sights(store.compared.self_checks())
    assert found["api.wall"].checks == 1
    assert 0 < found["api.wall"].visible < 1
    assert any(f"api {head[:9]} against itself: wall " in line for line in said)
    assert (repo.path / ".resonance/02_memory.md").read_text() == "# Memory\n"
    assert planner.self_check(100_001.0) == ()
    store.close()


def test_the_benchmark_that_waits_longest_is_checked_once_a_day(planner: Planner) -> None:
    (job,) = planner.self_check(1e9)
    assert job.benchmark == "api"
    assert planner.self_check(1e9 + 3600) == ()
    assert len(planner.self_check(1e9 + 90_000)) == 1
