from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from resonance_perf.app.triggers import Planner, is_our_commit
from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.run import Environment, Run, Sample
from resonance_perf.store.store import Store
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
benchmarks:
  api: {driver: command, command: ["true"], paths: ["shop/**"], quick: true}
  web: {driver: command, command: ["true"], paths: ["web/**"]}
"""


@pytest.fixture
def planner(repo: GitRepo) -> Iterator[Planner]:
    repo.commit({".resonance/config.yaml": CONFIG, "shop/a.py": "1\n", "web/a.js": "1\n"}, "start")
    work = open_workspace(str(repo.path))
    store = Store(work.repo.private)
    yield Planner(work, store, work.config, random.Random(1))
    store.close()


def settle(planner: Planner) -> None:
    """Everything so far is measured."""
    planner.head_moved("commit", 1.0)
    while job := planner.store.queue.take(1.0):
        run = Run(
            id=job.id, benchmark=job.benchmark, commit=job.head, side="head", started_at=1.0,
            environment=Environment("e", ()), samples=(Sample(values={"wall": 1.0}),),
        )  # fmt: skip
        planner.store.results.save(job.id, [run], [], standing=True)
        planner.store.queue.done(job.id, 2.0)


def open_jobs(planner: Planner) -> dict[str, tuple[str, str | None]]:
    return {job.benchmark: (job.head, job.base) for job in planner.store.queue.open_jobs()}


def test_the_first_look_measures_every_benchmark_alone(planner: Planner, repo: GitRepo) -> None:
    planner.head_moved("commit", 1.0)
    head = repo.git("rev-parse", "HEAD")
    assert open_jobs(planner) == {"api": (head, None), "web": (head, None)}


def test_the_first_look_sees_what_was_committed_since_somebody_measured_by_hand(
    planner: Planner, repo: GitRepo
) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    repo.commit({"shop/a.py": "2\n"})
    head = repo.commit({"README.md": "y\n"})
    with planner.store.transaction() as db:
        db.execute("DELETE FROM facts WHERE key LIKE 'seen:%'")  # nobody has watched so far
    planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {"api": (head, base)}


def test_a_commit_measures_what_it_can_affect_against_its_parent(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"shop/a.py": "2\n"})
    planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {"api": (head, base)}


def test_notes_and_our_own_commits_measure_nothing(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    repo.commit({".resonance/02_memory.md": "x\n", "README.md": "y\n"})
    planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {}


def test_a_waiting_job_does_not_move_on_to_our_own_commit(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"shop/a.py": "2\n"})
    planner.head_moved("commit", 3.0)
    repo.commit({".resonance/01_state.md": "x\n"}, "perf(budget): tighten a 2ms → 1ms\n\nPerf-Run: 01K")
    planner.head_moved("commit", 4.0)
    assert open_jobs(planner) == {"api": (head, base)}


def test_a_commit_that_only_looks_like_ours_is_measured(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    message = "perf(budget): tighten a 2ms → 1ms\n\nPerf-Run: 01K"
    head = repo.commit({".resonance/01_state.md": "x\n", "shop/a.py": "2\n"}, message)
    planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {"api": (head, base)}
    head = repo.commit({".resonance/config.yaml": CONFIG + "#\n"}, message)
    assert not is_our_commit(planner.work, head), "what is measured, and how, is no note"


def test_many_commits_are_one_job_against_where_they_started(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    for number in range(20):
        head = repo.commit({"shop/a.py": f"{number + 10}\n"})
        if number % 7 == 0:
            planner.head_moved("commit", 3.0)
    planner.head_moved("commit", 4.0)
    assert open_jobs(planner) == {"api": (head, base)}


def test_an_amended_commit_is_measured_against_its_parent(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    repo.commit({"shop/a.py": "2\n"})
    planner.head_moved("commit", 3.0)
    repo.write({"shop/a.py": "3\n"})
    repo.git("commit", "-qa", "--amend", "-m", "better")
    planner.head_moved("rewrite", 4.0)
    assert open_jobs(planner) == {"api": (repo.git("rev-parse", "HEAD"), base)}


def test_going_back_measures_nothing(planner: Planner, repo: GitRepo) -> None:
    repo.commit({"shop/a.py": "2\n"})
    settle(planner)
    repo.git("reset", "-q", "--hard", "HEAD^")
    planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {}


def test_a_branch_is_measured_against_where_it_left(planner: Planner, repo: GitRepo) -> None:
    fork = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-qb", "feature")
    head = repo.commit({"shop/a.py": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"README.md": "main goes on\n"})
    settle(planner)
    repo.git("checkout", "-q", "feature")
    planner.head_moved("checkout", 3.0)
    assert open_jobs(planner) == {"api": (head, fork)}


def test_nothing_is_planned_in_the_middle_of_a_rebase_and_all_after_it(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    base = repo.git("rev-parse", "HEAD")
    (repo.path / ".git" / "rebase-merge").mkdir()
    for number in range(3):
        head = repo.commit({"shop/a.py": f"{number + 10}\n"})
        planner.head_moved("commit", 3.0)
    assert open_jobs(planner) == {}
    (repo.path / ".git" / "rebase-merge").rmdir()
    planner.head_moved("rewrite", 4.0)
    assert open_jobs(planner) == {"api": (head, base)}


def test_a_save_measures_the_work_tree_against_head_for_quick_benchmarks(planner: Planner, repo: GitRepo) -> None:
    settle(planner)
    head = repo.git("rev-parse", "HEAD")
    repo.write({"shop/a.py": "unsaved\n", "web/a.js": "unsaved\n"})
    (job,) = planner.saved(3.0)
    assert (job.benchmark, job.kind, job.base) == ("api", "quick", head)
    assert repo.git("show", f"{job.head}:shop/a.py") == "unsaved"
    assert repo.git("status", "--porcelain") == "M shop/a.py\n M web/a.js"


def test_a_save_of_what_no_quick_benchmark_reads_measures_nothing(planner: Planner, repo: GitRepo) -> None:
    repo.write({"web/a.js": "unsaved\n"})
    assert planner.saved(3.0) == ()


def test_a_repository_without_commits_plans_nothing(planner: Planner, repo: GitRepo) -> None:
    repo.git("checkout", "-q", "--orphan", "empty")
    assert planner.head_moved("commit", 3.0) == ()
    assert planner.baselines(3.0) == ()


def test_what_is_deployed_is_asked_on_the_schedule_and_by_hand_and_by_no_commit(repo: GitRepo) -> None:
    users = '  users: {driver: prometheus, url: "http://it", queries: ["p95=latency s"], metrics: {p95: }}\n'
    repo.commit({".resonance/config.yaml": CONFIG + users, "shop/a.py": "1\n"}, "start")
    work = open_workspace(str(repo.path))
    with closing(Store(work.repo.private)) as store:
        planner = Planner(work, store, work.config, random.Random(1))
        settle(planner)
        head = repo.commit({"shop/a.py": "2\n"})
        planner.head_moved("commit", 3.0)
        assert set(open_jobs(planner)) == {"api"}
        benchmark = work.config.benchmark("users")
        assert benchmark is not None and planner.against(benchmark, head, f"{head}^", 4.0).kind == "baseline"
        alone = replace(planner, config=replace(work.config, benchmarks=(benchmark,)))
        assert alone.self_check(1e9) == () != planner.self_check(1e9)
        assert "users" in {job.benchmark for job in planner.baselines(5.0)}
