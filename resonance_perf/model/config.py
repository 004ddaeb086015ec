"""What a config says of all benchmarks together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from resonance_perf.model.benchmark import Benchmark, Env
from resonance_perf.model.law import Law
from resonance_perf.model.metric import metric_id

CommitMode = Literal["branch", "ref", "propose", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole config, checked. Paths are relative to the repository root, with `/`."""

    benchmarks: tuple[Benchmark, ...]
    state_dir: str = ".resonance"
    baseline: str = "merge-base:main"
    anchor: str = "v[0-9]*"
    """The fixed commit that a change is compared with, too, so that creep shows: a tag glob, `fixed:<rev>`, `none`."""
    schedule_baseline: str | None = None
    schedule_timezone: str = "UTC"
    approvers: tuple[str, ...] = ()
    require_signature: bool = False
    """Whether an approval needs the approver's signature on the commit."""
    env: Env = ()
    """Environment for children beyond the allow-list: a value, or None to pass the variable through."""
    watch_save: bool = True
    watch_debounce_s: float = 2.0
    watch_ignore: tuple[str, ...] = ()
    commit_mode: CommitMode = "branch"
    commit_author: str | None = None
    commit_skip_ci: str = ""
    """What a shift's message says to CI, such as `[skip ci]`."""
    memory_keep: int = 200
    ratchet_runs: int = 3
    """So many runs must bear an improvement out before a budget tightens."""
    ratchet_pause_s: float = 60.0
    ratchet_cooldown_s: float = 86400.0
    names_files: tuple[str, ...] = field(default=())
    """Words of the commands, in order and without repetition: those that are files of the repository are part
    of what `trust` records."""

    def benchmark(self, name: str) -> Benchmark | None:
        """The benchmark called `name`, or None."""
        return next((one for one in self.benchmarks if one.name == name), None)

    def metrics(self) -> tuple[str, ...]:
        """The full names of all metrics that the config names."""
        return tuple(metric_id(one.name, spec.name) for one in self.benchmarks for spec in one.metrics)

    def aliases(self) -> dict[str, str]:
        """Budget key -> full metric name, for every metric that the config ties to a budget."""
        return {
            spec.budget: metric_id(one.name, spec.name)
            for one in self.benchmarks
            for spec in one.metrics
            if spec.budget
        }

    def law(self) -> Law:
        """What it says of budgets."""
        return Law(
            state_dir=self.state_dir, approvers=self.approvers, require_signature=self.require_signature,
            metrics=self.aliases(),
        )  # fmt: skip
