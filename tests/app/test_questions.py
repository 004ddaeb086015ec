from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.app import quiet
from resonance_perf.app.questions import asked, level
from resonance_perf.cli import main
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings, SizeSettings
from resonance_perf.model.budget import Budget, LimitInForce
from resonance_perf.model.comparison import Comparison
from resonance_perf.model.config import Config
from resonance_perf.model.metric import MetricSpec
from tests.conftest import GitRepo

COMMAND = CommandSettings(command=("work",))
CHANGE = Comparison(
    benchmark="b", metric="cpu", base="0", head="1", before=1, after=2, unit="ms", ratio=2, low=1.9, high=2.1,
    verdict="slower", pairs=8, seconds=1, decided_by="cpu", confirmed=True,
)  # fmt: skip
SIX = """version: 1
baseline: previous
benchmarks:
""" + "".join(f'  b{n}: {{driver: command, command: ["true"], metrics: {{cpu: {{}}}}}}\n' for n in range(6))


def benchmark(name: str, *metrics: str) -> Benchmark:
    return Benchmark(name=name, driver="command", settings=COMMAND, metrics=tuple(map(MetricSpec, metrics)))


def test_many_questions_make_each_stricter_and_what_was_found_gives_it_back() -> None:
    nine = [benchmark(f"b{n}", "cpu") for n in range(9)]
    assert level(nine[:5], []) == pytest.approx(0.01)
    assert level(nine, []) == pytest.approx(0.05 / 9)
    assert level(nine, [CHANGE]) == pytest.approx(0.01)


def test_what_was_answered_by_another_metric_or_counted_is_no_finding_of_its_own() -> None:
    nine = [benchmark(f"b{n}", "cpu") for n in range(9)]
    answered = replace(CHANGE, metric="wall", confirmed=False)
    assert level(nine, [answered]) == level(nine, [replace(CHANGE, low=2, high=2)]) == pytest.approx(0.05 / 9)


def test_what_a_budget_limits_is_asked_about() -> None:
    budget = Budget(key="peak", limit=None, relative=0.05, direction="lower", text="+5%", line=1, metric="*.peak_rss")
    size = Benchmark(name="web", driver="size", settings=SizeSettings(files=("*",)))
    config = asked(Config(benchmarks=(benchmark("b"), size)), [LimitInForce(key="peak", budget=budget, commit=None)])
    assert [one.name for one in config.benchmarks[0].metrics] == ["wall", "peak_rss"]
    assert config.benchmarks[1].metrics == ()


@pytest.mark.parametrize("words", [["run"], ["compare", "HEAD^", "HEAD"]])
def test_benchmarks_that_a_person_asks_for_together_are_one_run(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    repo.commit({".resonance/config.yaml": SIX}, "start")
    repo.commit({"a.py": "1\n"})
    levels = []
    measure = Runner.measure

    def noting(self: Runner, *args: object, false_alarms: float, **kwargs: object) -> object:
        levels.append(false_alarms)
        short = replace(args[0], min_samples=1, max_samples=1)  # type: ignore[type-var]  # a benchmark
        return measure(self, short, *args[1:], false_alarms=false_alarms, **kwargs)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(Runner, "measure", noting)
    monkeypatch.setattr(quiet, "QUIET_S", 0.0)
    monkeypatch.setenv("RESONANCE_PERF_TRUST", "1")
    assert main([words[0], "-C", str(repo.path), *words[1:]]) == 0
    assert levels == [pytest.approx(0.05 / 6)] * 6
