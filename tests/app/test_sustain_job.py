"""The ratchet from the commit to the commit: real jobs, real git; only the program is played (see test_bisect)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from resonance_perf.app.follow import samples_wanted
from resonance_perf.app.triggers import Planner
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.job import Job
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from tests.app.test_bisect import Played
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
anchor: none
ratchet: {runs: 2, pause: 0s}
benchmarks:
  work:
    driver: command
    command: ["work"]
    verify: ["work"]
    samples: {max: 40}
    metrics:
      cpu: {budget: work_cpu, margin: 1%}
"""
STATE = '# State\n\n```json\n{"budgets": {"work_cpu": "100ms"}}\n```\n'


class Watched:
    """A repository whose program takes the seconds in `cost`; `work_off` does all jobs that wait."""

    def __init__(self, repo: GitRepo) -> None:
        self.repo, self.host, self.said = repo, Played(), list[str]()
        self.work = open_workspace(str(repo.path))
        self.store = Store(self.work.repo.private)
        self.planner = Planner(self.work, self.store, self.work.config, random.Random(1))

    def commit(self, cost: float) -> None:
        self.repo.commit({"cost": f"{cost}\n"}, f"cost {cost}")
        self.planner.head_moved("commit", now())

    def do(self, job: Job) -> None:
        do_job(self.work, self.store, self.work.config, job, self.host, self.said.append)  # type: ignore[arg-type]  # a host

    def work_off(self, most: int = 20) -> list[str]:
        kinds = []
        while len(kinds) < most and (job := self.store.queue.take(now())) is not None:
            kinds.append(job.kind)
            self.do(job)
        return kinds

    def by_hand(self, head: str = "HEAD", base: str | None = None) -> None:
        benchmark = self.work.config.benchmarks[0]
        commit = self.repo.git("rev-parse", head)
        self.do(self.planner.against(benchmark, commit, base and self.repo.git("rev-parse", base), now()))

    def shifts(self) -> list[str]:
        return self.repo.git("log", "--format=%s", "--grep=^perf(budget)").splitlines()


@pytest.fixture
def watched(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr("resonance_perf.app.quiet.wait_for_quiet", lambda *_: "")
    files = {".resonance/config.yaml": CONFIG, ".resonance/01_state.md": STATE, "cost": "0.05\n"}
    repo.commit({**files, ".resonance/00_soul.md": "# Soul\n", ".resonance/02_memory.md": "# Memory\n"}, "watch")
    made = Watched(repo)
    made.planner.head_moved("commit", now())
    made.work_off()
    with closing(made.store):
        yield made


def test_an_improvement_is_measured_again_before_it_counts(watched: Watched) -> None:
    watched.commit(0.01)
    assert watched.work_off() == ["commit", "sustain", "sustain"]
    assert watched.shifts() == ["perf(budget): tighten work_cpu 100ms → 13ms"]
    again = [line for line in watched.said if " again: cpu " in line]
    assert [line.rpartition("; ")[2] for line in again] == ["work_cpu has 1 of 2 runs", "work_cpu has 2 of 2 runs"]
    assert any("if this lasts, a budget tightens: work_cpu 100ms → 13ms" in line for line in watched.said)
    rows = [
        line for line in (watched.repo.path / ".resonance/02_memory.md").read_text().splitlines() if "| sustain" in line
    ]
    assert rows == []


def test_a_run_that_bears_out_is_half_as_long_as_the_comparison_on_each_side(watched: Watched) -> None:
    watched.commit(0.01)
    job = watched.store.queue.take(now())
    assert job is not None
    watched.do(job)
    (one,) = watched.store.candidates.open()
    least = watched.work.config.benchmarks[0].min_samples
    wanted = samples_wanted(watched.store, watched.work.config.benchmarks[0])
    assert wanted == max(least, -(-one.candidate.change.pairs // 2))


def test_a_level_that_does_not_last_is_given_up(watched: Watched) -> None:
    watched.commit(0.01)
    job = watched.store.queue.take(now())
    assert job is not None
    watched.do(job)
    play = watched.host.run
    watched.host.run = lambda command, cwd: _slowed(play(command, cwd))  # type: ignore[method-assign]  # the machine has a bad day
    watched.work_off()
    assert watched.shifts() == []
    assert any("work_cpu does not tighten: work.cpu is over the limit on" in line for line in watched.said)


def _slowed(outcome: object) -> object:
    from dataclasses import replace

    return replace(outcome, user_s=outcome.user_s * 20, wall_s=outcome.wall_s * 20)  # type: ignore[attr-defined,type-var]  # a process


def test_what_is_not_verified_makes_no_candidate(watched: Watched) -> None:
    watched.repo.commit({".resonance/config.yaml": CONFIG.replace('    verify: ["work"]\n', "")}, "no verify")
    watched.work = open_workspace(str(watched.repo.path))
    watched.planner = Planner(watched.work, watched.store, watched.work.config, random.Random(1))
    watched.commit(0.01)
    assert watched.work_off() == ["commit"]
    assert any('work_cpu could tighten, but no "verify" command is set' in line for line in watched.said)


def test_runs_by_hand_count_at_head_against_the_configured_base_only(watched: Watched) -> None:
    watched.repo.commit({"cost": "0.01\n"}, "cost 0.01")
    watched.repo.commit({"note": "x\n"}, "a note")
    watched.by_hand("HEAD", "HEAD~2")
    watched.by_hand("HEAD~1", "HEAD~2")
    assert watched.store.candidates.open() == ()
    watched.repo.git("reset", "-q", "--hard", "HEAD~1")
    watched.by_hand("HEAD", "HEAD~1")
    (one,) = watched.store.candidates.open()
    assert (one.tries, one.witnesses) == (1, ())
    watched.by_hand()
    watched.by_hand()
    assert watched.shifts() == ["perf(budget): tighten work_cpu 100ms → 13ms"]
    assert watched.store.queue.open_jobs() == ()


def test_what_people_wait_for_goes_first(watched: Watched) -> None:
    watched.commit(0.01)
    job = watched.store.queue.take(now())
    assert job is not None
    watched.do(job)
    watched.commit(0.0101)
    assert [job.kind for job in watched.store.queue.open_jobs()] == ["commit", "sustain"]
