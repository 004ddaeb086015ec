"""A repository that is watched, with numbers that were stored without measuring."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from resonance_perf.cli import main
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Environment, Estimate, Run, Sample
from resonance_perf.store.store import Store
from tests.conftest import GitRepo

CONFIG = """version: 1
baseline: previous
approvers: ["Ada Lovelace <ada@example.org>"]
benchmarks:
  api:
    samples: {min: 2, max: 2}
    driver: command
    command: ["true"]
    metrics:
      wall: {budget: api_wall}
      cpu: {}
"""


def state(**budgets: str) -> str:
    return f"# State\n\n```json\n{json.dumps({'budgets': budgets}, indent=2)}\n```\n"


@dataclass(frozen=True)
class Watched:
    """`run` is the command line, in the repository."""

    repo: GitRepo
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main([words[0], "-C", str(self.repo.path), *words[1:]])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def measured(
        self,
        wall: float,
        spread: float = 1.0,
        *,
        id_: str = "01RUN",
        at: float = 0.0,
        metrics: tuple[str, ...] = ("wall", "cpu"),
    ) -> None:
        store = Store(str(self.repo.path / ".git" / "resonance"))
        estimates = tuple(Estimate(name, wall, wall - spread, wall + spread, "ms", 8) for name in metrics)
        run = Run(
            id=id_, benchmark="api", commit=self.repo.git("rev-parse", "HEAD"), side="head", started_at=time.time() + at,
            environment=Environment("e", ()), samples=(Sample(values={"wall": wall, "cpu": wall}),), estimates=estimates,
        )  # fmt: skip
        change = Comparison(
            benchmark="api", metric="wall", base="00BASE", head=id_, before=wall * 2, after=wall, unit="ms", ratio=0.5,
            low=0.49, high=0.51, verdict="faster", pairs=8, seconds=2.0, decided_by="wall",
        )  # fmt: skip
        store.results.save("job", [run], [change], standing=True)
        store.close()


@pytest.fixture
def make_watched(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Watched]:
    """A watched repository with this state file."""

    def make(text: str) -> Watched:
        files = {
            ".resonance/config.yaml": CONFIG, ".resonance/01_state.md": text, ".resonance/00_soul.md": "# Soul\n",
            ".resonance/02_memory.md": "# Memory\n",
        }  # fmt: skip
        repo.commit(files, "watch")
        return Watched(repo, capsys)

    return make
