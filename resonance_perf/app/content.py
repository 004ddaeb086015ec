"""The content key of a benchmark in a commit."""

from __future__ import annotations

from functools import lru_cache

from resonance_perf.app.workspace import Workspace
from resonance_perf.model.benchmark import Benchmark
from resonance_perf.model.config import Config
from resonance_perf.plan.content import content_of
from resonance_perf.system.git.repository import Repository


def content_at(work: Workspace, config: Config, benchmark: Benchmark, commit: str) -> str:
    """A hash of what `benchmark` would measure in `commit`."""
    return content_of(benchmark, config, _files(work.repo, commit), (config.state_dir, work.config_name))


@lru_cache(maxsize=4)
def _files(repo: Repository, commit: str) -> tuple[tuple[str, str], ...]:
    return repo.files(commit)
