"""The runner that measures here: in work trees of this repository, on this machine, which it watches meanwhile."""

from __future__ import annotations

import random

from resonance_perf.app.workspace import Workspace
from resonance_perf.measure.runner import Runner
from resonance_perf.model.config import Config
from resonance_perf.model.run import Environment
from resonance_perf.system.clock import now
from resonance_perf.system.git.worktrees import Worktrees
from resonance_perf.system.host import LocalHost
from resonance_perf.system.pressure import watch_pressure


def runner_here(work: Workspace, config: Config, environment: Environment, host: LocalHost) -> Runner:
    """A runner whose children get the variables of the config; `environment` is what its runs were made on."""
    return Runner(
        host=host, trees=Worktrees(work.repo), environment=environment, clock=now, draw=random.Random(),
        env=config.env, watch=watch_pressure,
    )  # fmt: skip
