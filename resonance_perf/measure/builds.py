"""Builds of a commit: clean trees in which the project's own setup was run, and its check that they are correct."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resonance_perf.drivers.ending import describe_end
from resonance_perf.measure.ports import Host, Trees
from resonance_perf.model.benchmark import Argv, Benchmark, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.run import Side
from resonance_perf.model.work import Command

SETUP_TIMES = 10
"""Setup and verify may take this many times as long as one sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """Makes builds. `keep` gets what a failed program printed."""

    host: Host
    trees: Trees
    env: Env
    keep: Callable[[str, ProcessOutcome], None]

    def build(self, benchmark: Benchmark, commit: str, keep: tuple[str, ...], copy: int = 0) -> str:
        """The path of a tree of the commit that is set up; those of the commits in `keep` stay. Each `copy` is another.

        Raises:
            BenchmarkError: when the setup fails.
        """
        path = self.trees.checkout(commit, keep=keep, copy=copy)
        if not benchmark.setup:
            return path
        fingerprint = hashlib.sha256(json.dumps(benchmark.setup).encode()).hexdigest()[:16]
        if self.trees.is_set_up(path, fingerprint):
            return path
        outcome = self._run(benchmark, benchmark.setup, path, "setup")
        if not outcome.ok:
            raise BenchmarkError(
                f"{benchmark.name}: setup failed on {commit[:9]}: {describe_end(outcome)}",
                hint=f"Try it there: {' '.join(benchmark.setup)}",
            )
        self.trees.mark_set_up(path, fingerprint)
        return path

    def of_sides(self, benchmark: Benchmark, commits: Mapping[Side, str]) -> dict[Side, str]:
        """The path of a build for each side, also where two are of the same commit.

        Raises:
            BenchmarkError: when one cannot be set up.
        """
        keep, found = tuple(commits.values()), dict[Side, str]()
        for side, commit in commits.items():
            copy = sum(commits[other] == commit for other in found)
            found[side] = self.build(benchmark, commit, keep, copy)
        return found

    def verify(self, benchmark: Benchmark, commit: str) -> str:
        """Run the project's own correctness check on `commit`; nothing when it passed, else a sentence."""
        if not benchmark.verify:
            return f'no "verify" command is set for {benchmark.name}, so nothing shows that {commit[:9]} is correct'
        outcome = self._run(benchmark, benchmark.verify, self.trees.checkout(commit), "verify")
        return "" if outcome.ok else f"verify failed on {commit[:9]}: {describe_end(outcome)}"

    def _run(self, benchmark: Benchmark, argv: Argv, path: str, what: str) -> ProcessOutcome:
        timeout = benchmark.timeout_s * SETUP_TIMES
        command = Command(argv=argv, env=self.env, timeout_s=timeout, memory_bytes=benchmark.memory_bytes)
        outcome = self.host.run(command, path)
        if not outcome.ok:
            self.keep(f"{benchmark.name}-{what}", outcome)
        return outcome
