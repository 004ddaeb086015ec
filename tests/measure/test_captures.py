from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.measure.captures import Profiler, Sides
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import (
    Argv,
    Benchmark,
    CommandSettings,
    CountSettings,
    HttpSettings,
    SizeSettings,
    ToolSettings,
)
from resonance_perf.model.driving import Program
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome, ProfiledOutcome, SizeOutcome, ToolOutcome
from resonance_perf.model.profile import Frame, Profile, Stack, ValueType
from resonance_perf.model.profiling import LONGEST_S, Permission, Wrapping
from resonance_perf.model.run import Environment
from resonance_perf.model.work import Command, LoadServer, Profilable, RunTool, SizeFiles
from resonance_perf.profilers.nothing import NothingSeenError

COMMAND = Benchmark(name="b", driver="command", settings=CommandSettings(command=("python3", "work.py")))
HTTP = Benchmark(
    name="b", driver="http", settings=HttpSettings(serve=("serve", "{port}"), url="http://127.0.0.1:{port}/"),
)  # fmt: skip
K6 = (Path(__file__).parents[1] / "fixtures/readers/k6/pass.summary-export.json").read_bytes()
"""Of 442 requests, 7 failed."""
TOOL = Benchmark(
    name="b", driver="tool", metrics=(MetricSpec("p95"),),
    settings=ToolSettings(tool="k6", command=("k6", "run"), serve=("serve", "{port}"), ready_url="http://127.0.0.1/"),
)  # fmt: skip


@dataclass
class Host:
    """Runs nothing: a run takes a second, one under the profiler `slower` times as long."""

    clock: list[float]
    slower: float = 1.25
    exit_code: int = 0
    files: tuple[tuple[str, bytes], ...] = (("seen", b"3"),)
    said: str = ""
    hangs: bool = False
    patience_s: float = 0.0
    done: list[tuple[str, str, object]] = field(default_factory=list)

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        return self._ended(cwd, "plain", 1.0, command)

    def load(self, work: LoadServer, cwd: str) -> LoadOutcome:
        return self._answered(cwd, "plain", 1.0, work)

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        raise NotImplementedError

    def tool(self, work: RunTool, cwd: str) -> ToolOutcome:
        return self._told(cwd, "plain", 1.0, work)

    def profiled(
        self, work: Profilable, wrap: Callable[[Argv], Wrapping], cwd: str, *,
        page: bool = False, patience_s: float = LONGEST_S,
    ) -> ProfiledOutcome:  # fmt: skip
        self.patience_s = patience_s
        if isinstance(work, LoadServer):
            wrap(work.server.argv)
            return ProfiledOutcome(
                outcome=self._answered(cwd, "profiled", self.slower, work), files=self.files, said=self.said
            )
        if isinstance(work, RunTool):
            wrap(work.server.argv if work.server else work.command.argv)
            return ProfiledOutcome(outcome=self._told(cwd, "profiled", self.slower, work), files=self.files)
        wrap(work.command.argv)
        return ProfiledOutcome(
            outcome=self._ended(cwd, "profiled", self.slower, work.command), files=self.files, said=self.said
        )

    def _ended(self, cwd: str, how: str, seconds: float, command: Command) -> ProcessOutcome:
        self.clock[0] += seconds
        self.done.append((cwd, how, command))
        return ProcessOutcome(
            argv=command.argv, exit_code=self.exit_code, wall_s=seconds, user_s=seconds / 2, stderr=b"broken\n",
            timed_out=self.hangs and how == "profiled",
        )  # fmt: skip

    def _told(self, cwd: str, how: str, slower: float, work: RunTool) -> ToolOutcome:
        return ToolOutcome(process=self._ended(cwd, how, slower, work.command), files=(("summary.json", K6),))

    def _answered(self, cwd: str, how: str, slower: float, work: LoadServer) -> LoadOutcome:
        self.clock[0] += work.load.duration_s
        self.done.append((cwd, how, work))
        return LoadOutcome(
            server=ProcessOutcome(argv=()),
            latencies_ms=(9.0 * slower, 10.0 * slower, 30.0 * slower),
            requests=5,
            failed=1,
        )


class Trees:
    def checkout(self, commit: str, *, keep: tuple[str, ...] = (), copy: int = 0) -> str:
        return "/" + commit + "'" * copy

    def is_set_up(self, path: str, setup: str) -> bool:
        return True

    def mark_set_up(self, path: str, setup: str) -> None:
        raise NotImplementedError


@dataclass
class Strobe:
    """A profiler; `wrapped` is what it was asked to start."""

    RUNTIMES = ("python",)
    RESOURCE = "cpu"
    PROGRAM = Program(name="strobe", install="pip install strobe")
    NEEDS: tuple[Permission, ...] = ("ptrace",)
    wrapped: list[tuple[Argv, bool, float]] = field(default_factory=list)

    def wrap(self, argv: Argv, *, serves: bool, seconds: float) -> Wrapping:
        if argv[0] == "ruby":
            raise ValueError("is no Python")
        self.wrapped.append((argv, serves, seconds))
        return Wrapping(argv=("strobe", *argv))

    def read(self, files: Mapping[str, bytes]) -> Profile:
        if "seen" not in files:
            raise NothingSeenError("strobe saw nothing")
        stack = Stack((Frame("f"),), (float(files["seen"]),))
        return Profile(types=(ValueType("cpu", "nanoseconds"),), stacks=(stack,))


def profiler(benchmark: Benchmark, host: Host, strobe: Strobe | None = None, **more: float) -> Profiler:
    runner = Runner(
        host=host, trees=Trees(), environment=Environment("e", ()), clock=lambda: host.clock[0], draw=random.Random(1)
    )
    return Profiler(
        runner=runner, benchmark=benchmark, driver=DRIVERS[benchmark.driver],
        choose=lambda seconds: f"strobe {seconds:g}", load=lambda _name: strobe or Strobe(), **more,  # type: ignore[arg-type]  # our own fields
    )  # fmt: skip


def test_both_sides_are_profiled_in_turn_after_a_run_without_it() -> None:
    host, strobe = Host([0.0]), Strobe()
    found = profiler(COMMAND, host, strobe, rounds=3).captures({"base": "a", "head": "b"})
    assert [(cwd, how) for cwd, how, _ in host.done[:2]] == [("/a", "plain"), ("/b", "plain")]
    pairs = [cwd for cwd, how, _ in host.done if how == "profiled"]
    assert all(set(pairs[at : at + 2]) == {"/a", "/b"} for at in (0, 2, 4))
    assert {side: len(captures) for side, captures in found.items()} == {"base": 3, "head": 3}
    one = found["head"][0]
    assert (one.work, one.root, one.overhead, one.profile.tool, one.profile.total) == (1.0, "/b", 0.25, "strobe 1", 3.0)
    assert strobe.wrapped[0] == (("python3", "work.py"), False, 1.0)
    assert one.busy == 0.5


def test_the_work_of_a_server_are_the_requests_that_it_answered() -> None:
    strobe = Strobe()
    (one, *_) = profiler(HTTP, Host([0.0]), strobe).captures({"head": "b"})["head"]
    assert (one.work, one.per, one.profile.tool) == (4.0, "request", "strobe 0")
    assert one.overhead == pytest.approx(0.25) and one.busy is None
    assert strobe.wrapped[0] == (("serve", "{port}"), True, pytest.approx(0.3 + 30 / 14))


def test_the_work_of_a_load_by_another_tool_are_the_requests_that_it_counts() -> None:
    strobe = Strobe()
    (one, *_) = profiler(TOOL, Host([0.0]), strobe).captures({"head": "b"})["head"]
    assert (one.work, one.per, one.overhead) == (435.0, "request", pytest.approx(0.25))
    assert strobe.wrapped[0] == (("serve", "{port}"), True, 1.0)
    alone = replace(TOOL, settings=replace(TOOL.settings, serve=(), ready_url=""))
    (one, *_) = profiler(alone, Host([0.0])).captures({"head": "b"})["head"]
    assert (one.work, one.per) == (1.0, "run")


def test_it_takes_what_goes_into_the_time_and_at_least_three() -> None:
    found = profiler(COMMAND, Host([0.0]), rounds=9, most_s=12.0).captures({"base": "a", "head": "b"})
    assert len(found["base"]) == len(found["head"]) == 4
    found = profiler(COMMAND, Host([0.0]), rounds=9, most_s=0.1).captures({"base": "a", "head": "b"})
    assert len(found["base"]) == len(found["head"]) == 3
    found = profiler(COMMAND, Host([0.0], slower=70.0), rounds=9, most_s=0.1).captures({"base": "a", "head": "b"})
    assert len(found["base"]) == len(found["head"]) == 1


def test_it_takes_longer_once_where_what_was_captured_in_the_time_is_not_enough() -> None:
    asked: list[int] = []

    def enough(found: Sides) -> bool:
        asked.append(len(found["head"]))
        return False

    for rounds, taken in ((6, 6), (90, 47)):
        asked.clear()
        one = profiler(COMMAND, Host([0.0]), rounds=rounds, most_s=12.0)
        one.enough = enough
        found = one.captures({"base": "a", "head": "b"})
        assert (len(found["base"]), len(found["head"]), asked) == (taken, taken, [4])


def test_what_is_counted_is_profiled_without_the_counter() -> None:
    counts = replace(COMMAND, driver="count", settings=CountSettings(counter="calls", command=("python3", "work.py")))
    strobe = Strobe()
    profiler(counts, Host([0.0]), strobe).captures({"head": "b"})
    assert strobe.wrapped[0][0] == ("python3", "work.py")


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (replace(COMMAND, driver="size", settings=SizeSettings(files=("*",))), "b looks at files: there is nothing"),
        (
            replace(COMMAND, driver="count", settings=CountSettings(counter="sqlite", database="d", queries=("q",))),
            "b runs no program that could be profiled",
        ),
        (replace(COMMAND, settings=CommandSettings(command=("ruby", "work.rb"))), "b is no Python"),
    ],
)
def test_what_cannot_be_profiled_is_said(what: Benchmark, sentence: str) -> None:
    with pytest.raises(BenchmarkError, match=sentence):
        profiler(what, Host([0.0])).captures({"head": "b"})


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("Permission Denied: try again as root", "sudo sysctl kernel.yama.ptrace_scope=0"),
        ('cannot start "strobe": no such program on PATH.', "Install it: pip install strobe"),
        ("out of luck", ""),
    ],
)
def test_a_profiler_that_fails_says_why_and_what_cures_it(said: str, hint: str) -> None:
    with pytest.raises(BenchmarkError, match="b: strobe saw nothing: ") as raised:
        profiler(COMMAND, Host([0.0], files=(), said=said)).captures({"head": "b"})
    assert said in raised.value.message and hint in raised.value.hint and bool(hint) is bool(raised.value.hint)


def test_a_profiler_that_hangs_is_ended_and_said_to() -> None:
    host = Host([0.0], hangs=True)
    with pytest.raises(BenchmarkError, match="b did not end within 120 s under strobe 1") as raised:
        profiler(COMMAND, host, most_s=30.0).captures({"head": "b"})
    assert host.patience_s == 120 and "--time" in raised.value.hint
    with pytest.raises(BenchmarkError, match="within 600 s"):
        profiler(COMMAND, host, most_s=600.0).captures({"head": "b"})


def test_what_a_profiler_left_half_written_is_no_crash() -> None:
    with pytest.raises(BenchmarkError, match="b: what strobe 1 left cannot be read: ValueError"):
        profiler(COMMAND, Host([0.0], files=(("seen", b"{"),))).captures({"head": "b"})


def test_a_program_that_fails_is_not_profiled() -> None:
    with pytest.raises(BenchmarkError, match="b ended with exit code 3: broken"):
        profiler(COMMAND, Host([0.0], exit_code=3)).captures({"head": "b"})
