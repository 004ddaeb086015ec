from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.run import Environment, Measure, Sample
from resonance_perf.model.work import (
    Command,
    LoadOutcome,
    LoadServer,
    Outcome,
    ProcessOutcome,
    RunProcess,
    SizeFiles,
    SizeOutcome,
    Work,
)

BENCHMARK = Benchmark(
    name="b", driver="fake", settings=CommandSettings(command=("work",)), setup=("prepare",), verify=("check",),
    metrics=(MetricSpec("wall", margin=0.05),), min_samples=8, max_samples=24, max_s=1e9,
)  # fmt: skip


@dataclass
class Host:
    """Runs nothing: `work` takes as many seconds as `takes` says for the tree it is in."""

    takes: Mapping[str, float]
    clock: list[float]
    ran: list[tuple[str, str]] = field(default_factory=list)
    failing: tuple[tuple[str, str], ...] = ()

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        self.ran.append((command.argv[0], cwd))
        seconds = self.takes.get(cwd, 1.0)
        self.clock[0] += seconds
        code = 1 if (command.argv[0], cwd) in self.failing else 0
        return ProcessOutcome(argv=command.argv, exit_code=code, wall_s=seconds, stderr=b"broken\n" if code else b"")

    def load(self, work: LoadServer, cwd: str) -> LoadOutcome:
        raise NotImplementedError

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        raise NotImplementedError


class FakeDriver:
    load_model = None
    exact = False

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        return {"wall": Measure("ms")}

    def work(self, benchmark: Benchmark, env: tuple[tuple[str, str | None], ...]) -> Work:
        return RunProcess(command=Command(argv=("work",)))

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        assert isinstance(outcome, ProcessOutcome)
        if not outcome.ok:
            raise BenchmarkError("it failed")
        return Sample(values={"wall": outcome.wall_s * 1000})


@dataclass
class Trees:
    done: set[tuple[str, str]] = field(default_factory=set)

    def checkout(self, commit: str, *, keep: tuple[str, ...] = ()) -> str:
        return "/" + commit

    def is_set_up(self, path: str, setup: str) -> bool:
        return (path, setup) in self.done

    def mark_set_up(self, path: str, setup: str) -> None:
        self.done.add((path, setup))


def runner(host: Host, trees: Trees | None = None) -> Runner:
    return Runner(
        host=host, trees=trees or Trees(), environment=Environment("e", ()), clock=lambda: host.clock[0],
        draw=random.Random(1),
    )  # fmt: skip


def host(base: float, head: float, **changed: object) -> Host:
    return Host(takes={"/base": base, "/head": head}, clock=[0.0], **changed)  # type: ignore[arg-type]  # our own fields


def test_both_sides_are_set_up_once_and_sampled_in_turn() -> None:
    used = host(1.0, 2.0)
    found = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert used.ran[:4] == [("prepare", "/head"), ("prepare", "/base"), ("work", "/base"), ("work", "/head")]
    pairs = [cwd for what, cwd in used.ran[4:] if what == "work"]
    assert all(set(pairs[at : at + 2]) == {"/base", "/head"} for at in range(0, len(pairs), 2))
    (comparison,) = found.comparisons
    assert (comparison.verdict, comparison.ratio) == ("slower", 2.0)


def test_it_stops_at_the_first_look_that_answers() -> None:
    found = runner(host(1.0, 2.0)).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert len(found.head.samples) == 8


def test_a_setup_that_was_done_in_a_tree_is_not_done_again() -> None:
    trees = Trees()
    runner(host(1, 1), trees).measure(BENCHMARK, FakeDriver(), "head", "base")
    used = host(1, 1)
    runner(used, trees).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert ("prepare", "/base") not in used.ran


def test_time_is_up_when_it_is_up() -> None:
    draw = random.Random(2)
    used = host(1, 1)
    used.takes = type("Noise", (), {"get": lambda _self, _cwd, _else: draw.uniform(0.5, 1.5)})()
    short = Benchmark(**{**{name: getattr(BENCHMARK, name) for name in BENCHMARK.__slots__}, "max_s": 20.0})
    found = runner(used).measure(short, FakeDriver(), "head", "base")
    assert len(found.head.samples) < 24


def test_a_base_whose_setup_fails_leaves_the_head_measured_alone_with_the_reason() -> None:
    found = runner(host(1, 1, failing=(("prepare", "/base"),))).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert found.base is None
    assert found.comparisons == ()
    assert found.head.estimate("wall") is not None
    assert found.note.startswith("base base could not be measured: b: setup failed on base: ")


def test_a_base_that_crashes_does_the_same() -> None:
    found = runner(host(1, 1, failing=(("work", "/base"),))).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert found.note == "base base could not be measured: it failed."


def test_a_head_that_cannot_be_measured_is_an_error() -> None:
    with pytest.raises(BenchmarkError, match="b: setup failed on head"):
        runner(host(1, 1, failing=(("prepare", "/head"),))).measure(BENCHMARK, FakeDriver(), "head", "base")
    with pytest.raises(BenchmarkError, match="it failed"):
        runner(host(1, 1, failing=(("work", "/head"),))).measure(BENCHMARK, FakeDriver(), "head", None)


def test_what_a_failed_program_printed_is_kept() -> None:
    kept: list[str] = []
    used = host(1, 1, failing=(("prepare", "/head"),))
    with pytest.raises(BenchmarkError):
        Runner(
            host=used, trees=Trees(), environment=Environment("e", ()), clock=lambda: 0.0, draw=random.Random(1),
            keep=lambda name, outcome: kept.append(f"{name} {outcome.stderr!r}"),
        ).measure(BENCHMARK, FakeDriver(), "head", None)  # fmt: skip
    assert kept == ["b-setup b'broken\\n'"]


def test_a_quick_run_is_one_look() -> None:
    found = runner(host(1.0, 1.0)).measure(BENCHMARK, FakeDriver(), "head", "base", quick=True)
    assert len(found.head.samples) == 8
    assert found.head.quick


def test_verify_says_nothing_when_it_passes_and_a_sentence_when_not() -> None:
    assert runner(host(1, 1)).verify(BENCHMARK, "head") == ""
    assert "verify failed on head" in runner(host(1, 1, failing=(("check", "/head"),))).verify(BENCHMARK, "head")
    silent = Benchmark(name="b", driver="fake", settings=CommandSettings(command=("work",)))
    assert 'no "verify" command is set' in runner(host(1, 1)).verify(silent, "head")
