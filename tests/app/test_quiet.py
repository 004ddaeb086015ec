from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.app import quiet
from resonance_perf.app.quiet import disturbance
from resonance_perf.cli import main
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.measurement import Measurement
from resonance_perf.model.run import Environment, Run, Sample
from tests.conftest import GitRepo

BENCHMARK = Benchmark(name="api", driver="command", settings=CommandSettings(command=("work",)))
UNSURE = Comparison(
    benchmark="api", metric="wall", base="0", head="1", before=1, after=1, unit="ms", ratio=1, low=0.9, high=1.1,
    verdict="unsure", pairs=8, seconds=1, decided_by="wall",
)  # fmt: skip
CONFIG = """version: 1
baseline: previous
benchmarks:
  api: {driver: command, command: ["true"], samples: {min: 2, max: 2}}
  size: {driver: size, files: ["*.py"]}
"""


def measured(*pressures: float) -> Run:
    return Run(
        id="1", benchmark="api", commit="c", side="head", started_at=0.0, environment=Environment("e", ()),
        samples=tuple(Sample(values={"wall": 1.0, "cpu_pressure": one}) for one in pressures),
    )  # fmt: skip


def test_what_others_did_is_said_where_it_left_the_verdict_unsure() -> None:
    busy, calm = measured(0.2, 0.6), measured(0.0, 0.1)
    said = "unsure on a busy machine: cpu pressure 40 % while it was measured"
    assert disturbance(BENCHMARK, Measurement(head=busy, comparisons=(UNSURE,))) == said
    assert disturbance(BENCHMARK, Measurement(head=calm, comparisons=(UNSURE,))) == ""
    assert disturbance(BENCHMARK, Measurement(head=busy, comparisons=(replace(UNSURE, verdict="same"),))) == ""
    assert disturbance(BENCHMARK, Measurement(head=busy, comparisons=(replace(UNSURE, metric="user"),))) == ""


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "HEAD^", "HEAD"],
        ["doctor", "--measure", "0.1"],
        ["bisect", "api", "--good", "HEAD^", "--time", "1s"],
        ["run"],
    ],
)
def test_whoever_measures_waits_for_a_quiet_machine_and_says_so(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    repo.commit({".resonance/config.yaml": CONFIG}, "start")
    repo.commit({"a.py": "1\n"})
    monkeypatch.setattr(quiet, "wait_for_quiet", lambda limit_s, _stop: f"waited {limit_s:.0f} s: cpu pressure 85 %")
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    main([words[0], "-C", str(repo.path), *words[1:]])
    said = capsys.readouterr().err
    assert said.count("⚪ api: waited 5 s: cpu pressure 85 %") == 1
    assert "size: waited" not in said
