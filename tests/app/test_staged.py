from __future__ import annotations

import json
from pathlib import Path

import pytest

from resonance_perf.app.staged import staged_loosenings
from resonance_perf.app.workspace import open_workspace
from tests.conftest import GitRepo

STATE = ".resonance/01_state.md"
CONFIG = "version: 1\napprovers: [Ada <ada@example.org>]\nbenchmarks: {}\n"


def state(**budgets: str) -> str:
    return f"# State\n\n```json\n{json.dumps({'budgets': budgets}, indent=2)}\n```\n"


@pytest.fixture
def watched(repo: GitRepo) -> GitRepo:
    repo.commit({".resonance/config.yaml": CONFIG, STATE: state(p95="100ms", p50="20ms")})
    return repo


def stage(repo: GitRepo, text: str) -> None:
    repo.write({STATE: text})
    repo.git("add", STATE)


def found(path: Path) -> list[tuple[str, str, str | None, str, int]]:
    staged = staged_loosenings(open_workspace(str(path)))
    assert not staged.problems
    return [(one.key, one.old, one.to, one.file, one.line) for one in staged.loosened]


def test_a_staged_loosening_is_found_and_the_work_tree_is_not_looked_at(watched: GitRepo) -> None:
    stage(watched, state(p95="100ms", p50="90ms"))
    watched.write({STATE: state(p95="900ms", p50="20ms")})
    assert found(watched.path) == [("p50", "20ms", "90ms", STATE, 7)]


def test_a_staged_removal_of_the_file_is_found(watched: GitRepo) -> None:
    watched.git("rm", "-q", STATE)
    assert [(key, to) for key, _, to, *_ in found(watched.path)] == [("p95", None), ("p50", None)]


def test_what_is_in_head_already_is_not_the_next_commits(watched: GitRepo) -> None:
    stage(watched, state(p95="900ms", p50="20ms"))
    watched.git("commit", "-qm", "more room")
    assert found(watched.path) == []
    stage(watched, state(p95="950ms", p50="20ms"))
    assert [to for _, _, to, *_ in found(watched.path)] == ["950ms"]


def test_a_staged_tightening_is_fine(watched: GitRepo) -> None:
    stage(watched, state(p95="50ms", p50="20ms"))
    assert found(watched.path) == []


def test_a_staged_fence_that_cannot_be_read_is_a_problem_with_its_place(watched: GitRepo) -> None:
    stage(watched, '```json\n{"budgets": {"p95": "1 parsec"}}\n```\n')
    (problem,) = staged_loosenings(open_workspace(str(watched.path))).problems
    assert str(problem).startswith(f"{STATE}:2:21: p95: unknown unit")
