"""The runner that measures for real, in a repository of a test."""

from __future__ import annotations

import random

from resonance_perf.measure.runner import Runner
from resonance_perf.model.run import Environment
from resonance_perf.system.clock import now
from resonance_perf.system.git.repository import discover
from resonance_perf.system.git.worktrees import Worktrees
from resonance_perf.system.host import LocalHost
from tests.conftest import GitRepo


def runner_in(repo: GitRepo, host: LocalHost) -> Runner:
    """Measures commits of the repository."""
    return Runner(
        host=host, trees=Worktrees(discover(str(repo.path))), environment=Environment("e", ()), clock=now,
        draw=random.Random(1),
    )  # fmt: skip
