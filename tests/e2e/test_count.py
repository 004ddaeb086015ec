"""A count from the config to its row and its colour: one call more is told, as exactly that."""

from __future__ import annotations

import json
import sys

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import Sharing

pytestmark = [pytest.mark.slow, pytest.mark.shared]
PROGRAM = "def step():\n    pass\n\n\nfor _ in range({n}):\n    step()\n"
CONFIG = f"""version: 1
baseline: previous
benchmarks:
  steps:
    driver: count
    counter: calls
    command: ["{sys.executable}", "-S", "program.py"]
    explain: "off"
    metrics:
      calls: {{budget: steps}}
"""
STATE = '# State\n\n```json\n{"budgets": {"steps": "1100"}}\n```\n'


def test_a_count_is_judged_and_remembered(repo: GitRepo) -> None:
    repo.commit({"program.py": PROGRAM.format(n=1000), ".resonance/config.yaml": CONFIG}, "a program")
    project = Sharing(repo)
    assert project.run("init", "--yes").returncode == 0
    repo.commit({".resonance/01_state.md": STATE}, "watch")
    repo.commit({"program.py": PROGRAM.format(n=1200)}, "more steps")
    done = project.run("run", "steps", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == "calls")
    assert change["verdict"] == "slower" and change["low"] == change["ratio"] == change["high"]
    (row,) = project.rows()
    assert row.change.endswith("% (exact)") and row.budget == "🔴 1100" and row.verdict == "slower"
    assert project.run("check").returncode == 1
