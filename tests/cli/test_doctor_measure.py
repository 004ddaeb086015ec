from __future__ import annotations

import json
from collections.abc import Callable
from math import inf

import pytest

from resonance_perf.cli import main
from resonance_perf.cli.doctor_measure import as_json, judged, of_interest, shown
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.resolution import Resolution
from tests.conftest import GitRepo


def benchmark(*metrics: str, max_samples: int = 24, max_s: float = 60) -> Benchmark:
    return Benchmark(
        name="api", driver="command", settings=CommandSettings(command=("true",)),
        metrics=tuple(map(MetricSpec, metrics)), max_samples=max_samples, max_s=max_s,
    )  # fmt: skip


def row(metric: str, smallest: float, *, pairs: int = 20, seconds: float = 5.0, margin: float = 0.02) -> Resolution:
    return Resolution(benchmark="api", metric=metric, pairs=pairs, seconds=seconds, smallest=smallest, margin=margin)


def test_the_table() -> None:
    assert shown([row("wall", 0.0412), row("cpu", 0.0), row("p99", inf)]).splitlines() == [
        "benchmark  metric  pairs  seconds  smallest visible change  margin",
        "api        wall    20     5.0      ±4.1 %                   2 %",
        "api        cpu     20     5.0      any                      2 %",
        "api        p99     20     5.0      none yet                 2 %",
    ]


def test_metrics_of_the_config_are_shown_or_else_the_first() -> None:
    found = (row("wall", 0.1), row("cpu", 0.1))
    assert of_interest(benchmark("cpu"), found) == found[1:]
    assert of_interest(benchmark(), found) == found[:1]


def test_what_is_fine_enough_is_no_finding() -> None:
    assert judged(benchmark("wall"), [row("wall", 0.02)]) == ()


def test_what_the_time_of_the_config_allows_is_no_trouble() -> None:
    (found,) = judged(benchmark("wall", max_samples=80), [row("wall", 0.04)])
    assert found.mark == "ok "
    assert (
        found.what
        == "api.wall: ±4 % is the least that 5 s show, and 2 % matters; about 20 s will, and it may take 60 s"
    )


def test_what_it_does_not_is_with_the_cures() -> None:
    (found,) = judged(benchmark("wall"), [row("wall", 0.04), row("cpu", 0.01)])
    assert found.mark == "!! "
    assert found.cure == (
        "give it time: samples: {max: 88, time: 25s}; or judge it by cpu (±1 %); or "
        "quieten the machine (the tips above)"
    )


def test_hours_are_no_cure() -> None:
    (found,) = judged(benchmark("wall"), [row("wall", 0.5)])
    assert "time:" not in found.cure


def test_too_few_pairs_ask_for_more() -> None:
    (found,) = judged(benchmark("wall"), [row("wall", inf, pairs=3)])
    assert found.what == "api.wall: 3 pairs are too few to see any change"
    assert as_json(row("wall", inf))["smallest"] is None


CONFIG = """version: 1
benchmarks:
  work:
    driver: command
    command: ["sh", "-c", "exit 0"]
    metrics: {wall: {margin: 50%}}
  broken: {driver: command, command: ["false"]}
  bytes: {driver: size, files: ["README.md"]}
"""


@pytest.fixture
def doctor(
    repo: GitRepo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs doctor in a repository with three benchmarks, one of which fails."""
    repo.commit({".resonance/config.yaml": CONFIG}, "watch")
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["doctor", "-C", str(repo.path), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_commit_is_measured_against_itself(doctor: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = doctor("--measure", "0.3", "--json")
    found = json.loads(out)
    assert code == 2
    assert "against itself, some 0.3 s for each benchmark" in err
    rows = {(one["benchmark"], one["metric"]): one for one in found["visible"]}
    work = rows["work", "wall"]
    assert work["pairs"] >= 8 and 0 < work["seconds"] < 30 and work["smallest"] > 0 and work["margin"] == 0.5
    assert rows["bytes", "raw"] == {
        "benchmark": "bytes", "metric": "raw", "pairs": 1, "seconds": rows["bytes", "raw"]["seconds"], "smallest": 0.0,
        "margin": 0.001, "ok": True,
    }  # fmt: skip
    assert any("broken ended with exit code 1" in one["what"] for one in found["findings"])


def test_nothing_is_measured_without_trust(
    doctor: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESONANCE_PERF_TRUST")
    assert doctor("--measure")[0] == 5


def test_nothing_is_measured_unless_asked(doctor: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = doctor()
    assert code == 2 and "smallest" not in out and err == ""


@pytest.mark.parametrize("given", ["0", "-3", "soon", "2h", "5kb"])
def test_the_time_is_a_time(doctor: Callable[..., tuple[int, str, str]], given: str) -> None:
    with pytest.raises(SystemExit) as ended:
        doctor(f"--measure={given}")
    assert ended.value.code == 2
