from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings, Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.outcome import LoadOutcome, Outcome, ProcessOutcome, SizeOutcome
from resonance_perf.model.run import Environment, Measure, Sample
from resonance_perf.model.work import Command, LoadServer, RunProcess, SizeFiles, Work

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
    setup_s: float = 1.0

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        self.ran.append((command.argv[0], cwd))
        seconds = self.setup_s if command.argv[0] == "prepare" else self.takes.get(cwd, 1.0)
        self.clock[0] += seconds
        code = 1 if (command.argv[0], cwd) in self.failing else 0
        return ProcessOutcome(argv=command.argv, exit_code=code, wall_s=seconds, stderr=b"broken\n" if code else b"")

    def load(self, work: LoadServer, cwd: str) -> LoadOutcome:
        raise NotImplementedError

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        raise NotImplementedError


class FakeDriver:
    load_model = None
    pins = True

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        return {"wall": Measure("ms")}

    def repeats(self, benchmark: Benchmark) -> int:
        return 0

    def work(self, benchmark: Benchmark, env: Env) -> Work:
        return RunProcess(command=Command(argv=("work",)))

    def warmed(self, benchmark: Benchmark, sample: Sample) -> Benchmark:
        return benchmark

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        assert isinstance(outcome, ProcessOutcome)
        if not outcome.ok:
            raise BenchmarkError("it failed")
        return Sample(values={"wall": outcome.wall_s * 1000})


@dataclass
class Trees:
    done: set[tuple[str, str]] = field(default_factory=set)

    def checkout(self, commit: str, *, keep: tuple[str, ...] = (), copy: int = 0) -> str:
        return "/" + commit + "'" * copy

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
    takes = {f"/{side}{copy}": seconds for side, seconds in (("base", base), ("head", head)) for copy in ("", "'")}
    return Host(takes=takes, clock=[0.0], **changed)  # type: ignore[arg-type]  # our own fields


def test_both_sides_are_set_up_once_and_sampled_in_turn() -> None:
    used = host(1.0, 2.0)
    found = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert used.ran[:4] == [("prepare", "/head"), ("prepare", "/base"), ("work", "/base"), ("work", "/head")]
    pairs = [cwd for what, cwd in used.ran[4:] if what == "work"][: 2 * 8]
    assert all(set(pairs[at : at + 2]) == {"/base", "/head"} for at in range(0, len(pairs), 2))
    (comparison,) = found.comparisons
    assert (comparison.verdict, comparison.ratio) == ("slower", 2.0)


class Loading(FakeDriver):
    """Each of its samples tells under which load it was taken: an open one where it took long."""

    def sample(self, benchmark: Benchmark, outcome: Outcome) -> Sample:
        sample = super().sample(benchmark, outcome)
        return replace(sample, load_model="open" if sample.values["wall"] > 1500 else "closed")


def test_a_run_knows_the_load_that_its_samples_tell_and_is_compared_with_no_other() -> None:
    found = runner(host(1.0, 2.0)).measure(BENCHMARK, Loading(), "head", "base")
    assert found.head.load_model == "open" and found.base is None and not found.comparisons
    assert found.note.startswith("not compared: base was under a closed load and head under an open")
    alike = runner(host(2.0, 2.0)).measure(BENCHMARK, Loading(), "head", "base")
    assert alike.base is not None and alike.base.load_model == "open" and alike.comparisons


def test_it_stops_at_the_first_look_that_answers() -> None:
    found = runner(host(1.0, 1.0)).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert len(found.head.samples) == 9


def test_a_change_is_measured_again_with_fresh_pairs_before_it_is_told() -> None:
    found = runner(host(1.0, 2.0)).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert len(found.head.samples) == 9 + 5
    assert found.comparisons[0].confirmed


def test_a_suspicion_is_confirmed_also_when_the_time_is_up() -> None:
    short = replace(BENCHMARK, max_s=20.0)
    (comparison,) = runner(host(1.0, 2.0)).measure(short, FakeDriver(), "head", "base").comparisons
    assert (comparison.verdict, comparison.confirmed) == ("slower", True)


def test_the_anchor_is_measured_in_the_same_turns() -> None:
    used = host(1.0, 1.0)
    used.takes = {"/base": 1.0, "/head": 1.0, "/anchor": 0.5}
    found = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base", anchor="anchor")
    assert found.anchor is not None
    assert len(found.anchor.samples) == len(found.head.samples)
    (since,) = found.since_anchor
    assert (since.verdict, since.ratio) == ("slower", 2.0)
    assert found.comparisons[0].verdict == "same"


def test_an_anchor_that_is_the_base_or_the_head_is_not_measured_twice() -> None:
    assert runner(host(1, 1)).measure(BENCHMARK, FakeDriver(), "head", "base", anchor="base").anchor is None


def test_the_same_commit_is_measured_in_two_trees() -> None:
    used = Host(takes={"/head": 1.0, "/head'": 1.5, "/head''": 1.0, "/head'''": 1.5}, clock=[0.0])
    (comparison,) = runner(used).measure(BENCHMARK, FakeDriver(), "head", "head").comparisons
    assert (comparison.verdict, comparison.ratio) == ("faster", pytest.approx(1 / 1.5))


def test_a_head_that_would_alarm_is_measured_again_and_its_interval_holds_both_rounds() -> None:
    seconds = iter([1.0] * 12 + [5.0] * 100)
    used = host(1, 1)
    used.takes = type("Later", (), {"get": lambda _self, _cwd, _else: next(seconds)})()
    short = replace(BENCHMARK, setup=(), max_s=1.0)
    found = runner(used).measure(short, FakeDriver(), "head", None, alarming=lambda _run: ["wall"])
    estimate = found.head.estimate("wall")
    assert estimate is not None
    assert len(found.head.samples) == 16
    assert (estimate.low, estimate.high) == (1000, 5000)


def test_what_was_confirmed_to_be_slower_was_seen_twice_already() -> None:
    found = runner(host(1, 2)).measure(BENCHMARK, FakeDriver(), "head", "base", alarming=lambda _run: ["wall"])
    assert len(found.head.samples) == 9 + 5


@pytest.mark.parametrize(("head_s", "alarming"), [(0.5, "wall"), (2.0, "peak")])
def test_another_confirmed_change_is_no_reason_to_tell_a_budget_that_was_seen_once(
    head_s: float, alarming: str
) -> None:
    found = runner(host(1, head_s)).measure(BENCHMARK, FakeDriver(), "head", "base", alarming=lambda _run: [alarming])
    assert found.comparisons[0].confirmed
    assert len(found.head.samples) == 9 + 5 + 8


def test_a_change_is_confirmed_in_a_second_build_of_both_sides() -> None:
    used = host(1, 2)
    found = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base")
    worked = [cwd for what, cwd in used.ran if what == "work"]
    assert [what for what, cwd in used.ran if cwd in ("/base'", "/head'")][:2] == ["prepare", "work"]
    assert set(worked[-2 * 5 :]) == {"/base'", "/head'"}
    assert (found.comparisons[0].verdict, found.comparisons[0].confirmed) == ("slower", True)


def test_what_one_build_alone_shows_is_no_change() -> None:
    used = host(1, 2)
    used.takes = {**used.takes, "/head'": 1.0}
    (comparison,) = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base").comparisons
    assert comparison.verdict == "unsure"


def test_the_second_build_of_a_commit_that_is_both_sides_is_another_tree() -> None:
    used = Host(takes={"/head": 2.0, "/head'": 1.0, "/head''": 2.0, "/head'''": 1.0}, clock=[0.0])
    runner(used).measure(BENCHMARK, FakeDriver(), "head", "head")
    assert {cwd for what, cwd in used.ran if what == "prepare"} == {"/head", "/head'", "/head''", "/head'''"}


def test_a_second_build_that_fails_leaves_the_first_and_says_so() -> None:
    used = host(1, 2, failing=(("prepare", "/head'"),))
    found = runner(used).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert found.comparisons[0].confirmed
    assert found.note.startswith("seen in one build only, a second could not be measured: b: setup failed on head")


def test_nothing_is_built_twice_where_nothing_is_built() -> None:
    used = host(1, 2)
    runner(used).measure(replace(BENCHMARK, setup=()), FakeDriver(), "head", "base")
    assert {cwd for _, cwd in used.ran} == {"/base", "/head"}


def test_a_number_that_never_moves_is_no_measurement() -> None:
    found = runner(host(1, 1)).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert found.head.problems == {"wall": "all 9 samples of wall are exactly 1000 ms"}


def test_warm_up_ends_when_a_run_is_not_faster_than_the_one_before() -> None:
    seconds = iter([0.4, 0.2, 0.1, 0.1] + [0.1] * 100)
    used = host(1, 1)
    used.takes = type("Warming", (), {"get": lambda _self, _cwd, _else: next(seconds)})()
    found = runner(used).measure(replace(BENCHMARK, setup=()), FakeDriver(), "head", None)
    assert all(sample.values["wall"] == pytest.approx(100) for sample in found.head.samples)


def test_a_setup_that_was_done_in_a_tree_is_not_done_again() -> None:
    trees = Trees()
    runner(host(1, 1), trees).measure(BENCHMARK, FakeDriver(), "head", "base")
    used = host(1, 1)
    runner(used, trees).measure(BENCHMARK, FakeDriver(), "head", "base")
    assert ("prepare", "/base") not in used.ran


def test_setup_takes_no_measuring_time() -> None:
    quick, slow = host(1, 1), host(1, 1)
    slow.setup_s = 1e6
    short = replace(BENCHMARK, max_s=30.0)
    found = [runner(used).measure(short, FakeDriver(), "head", "base") for used in (quick, slow)]
    assert [one.comparisons[0].verdict for one in found] == ["same", "same"]
    assert [one.comparisons[0].seconds for one in found] == [16.0, 16.0]
    assert found[1].seconds > 2e6


def test_what_would_settle_it_is_told_in_measuring_time() -> None:
    draw = random.Random(2)
    told = []
    for setup_s in (0.0, 1e6):
        used = host(1, 1)
        used.setup_s = setup_s
        draw.seed(2)
        used.takes = type("Noise", (), {"get": lambda _self, _cwd, _else: draw.uniform(0.5, 1.5)})()
        (comparison,) = runner(used).measure(replace(BENCHMARK, max_s=20.0), FakeDriver(), "head", "base").comparisons
        told.append(comparison.more_s)
    assert told[0] is not None and told[1] == pytest.approx(told[0])


def test_time_is_up_when_it_is_up() -> None:
    draw = random.Random(2)
    used = host(1, 1)
    used.takes = type("Noise", (), {"get": lambda _self, _cwd, _else: draw.uniform(0.5, 1.5)})()
    short = replace(BENCHMARK, max_s=20.0)
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
    assert found.note.startswith("base base could not be measured: it failed.")


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
    assert runner(host(1, 1)).builds.verify(BENCHMARK, "head") == ""
    assert "verify failed on head" in runner(host(1, 1, failing=(("check", "/head"),))).builds.verify(BENCHMARK, "head")
    silent = Benchmark(name="b", driver="fake", settings=CommandSettings(command=("work",)))
    assert 'no "verify" command is set' in runner(host(1, 1)).builds.verify(silent, "head")


@dataclass
class Repeating(FakeDriver):
    """Its samples tell the same again and again."""

    times: int = 1

    def repeats(self, benchmark: Benchmark) -> int:
        return self.times

    def measures(self, benchmark: Benchmark) -> Mapping[str, Measure]:
        return {"wall": Measure("B", exact=True, margin=0.001)}


@pytest.mark.parametrize("times", [1, 2])
def test_what_repeats_exactly_is_run_as_often_as_its_driver_says(times: int) -> None:
    used = host(1.0, 1.25)
    found = runner(used).measure(BENCHMARK, Repeating(times), "head", "base", alarming=lambda _: ("wall",))
    (change,) = found.comparisons
    assert (change.verdict, change.low, change.high) == ("slower", 1.25, 1.25) and change.pairs == times
    if times == 1:
        assert used.ran == [("prepare", "/head"), ("prepare", "/base"), ("work", "/base"), ("work", "/head")]


def test_a_base_that_cannot_be_built_leaves_the_head_alone_also_where_one_run_is_enough() -> None:
    used = host(1.0, 1.0, failing=(("work", "/base"),))
    found = runner(used).measure(BENCHMARK, Repeating(), "head", "base")
    assert found.base is None and len(found.head.samples) == 1 and "could not be measured: it failed." in found.note
