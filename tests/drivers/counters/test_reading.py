"""What the counting tools leave, read without running them."""

from __future__ import annotations

import json

import pytest

from resonance_perf.config.counting import COUNTERS as CONFIGURED
from resonance_perf.drivers import DRIVERS
from resonance_perf.drivers.counters import COUNTERS
from resonance_perf.drivers.perf_stat import EVENTS, MEASURES, read_stat
from resonance_perf.model.benchmark import Benchmark, CommandSettings, CountSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import ProcessOutcome, ToolOutcome
from resonance_perf.model.work import RunTool

DONE = ProcessOutcome(argv=("tool",), exit_code=0)
CALLGRIND = (
    b"# callgrind format\nversion: 1\npart: 1\n\nevents: Ir\nsummary: 81439729\n\nfn=(1) main\n0 12\ntotals: 81439729\n"
)
CACHEGRIND = (
    b"events: Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw \nfn=main\n1 2 3 4 5 6 7 8 9 10\n"
    b"summary: 81440859 1296 1276 193592 165081 3057 174862 381 349\n"
)


def benchmark(counter: str = "instructions", **settings: object) -> Benchmark:
    made = CountSettings(counter=counter, **settings)  # type: ignore[arg-type]  # fields of CountSettings
    return Benchmark(name="parse", driver="count", settings=made)


def left(**files: bytes) -> ToolOutcome:
    return ToolOutcome(process=DONE, files=tuple(files.items()))


def test_the_config_knows_the_counters_and_their_metrics() -> None:
    assert {name: tuple(one.measures) for name, one in COUNTERS.items()} == CONFIGURED
    assert all(measure.exact for one in COUNTERS.values() for measure in one.measures.values())
    assert tuple(EVENTS) == tuple(MEASURES)


def test_instructions_of_all_processes_are_added_up() -> None:
    counted = COUNTERS["instructions"].read(left(one=CALLGRIND, two=CALLGRIND.replace(b"81439729", b"1")))
    assert counted == {"instructions": 81439730.0}


def test_cache_misses_are_those_of_instructions_reads_and_writes() -> None:
    counted = COUNTERS["cache"].read(left(one=CACHEGRIND))
    assert counted == {"instructions": 81440859, "l1_misses": 1296 + 165081 + 381, "ll_misses": 1276 + 3057 + 349}


def test_a_tool_that_counted_nothing_is_a_failed_run() -> None:
    with pytest.raises(BenchmarkError, match="callgrind counted nothing"):
        DRIVERS["count"].sample(benchmark(), left(one=b"desc: it was killed\n"))


def test_a_program_that_fails_under_the_tool_is_not_counted() -> None:
    outcome = ToolOutcome(process=ProcessOutcome(argv=("x",), exit_code=3, stderr=b"no such table"))
    with pytest.raises(BenchmarkError, match=r"parse ended with exit code 3: no such table\.$"):
        DRIVERS["count"].sample(benchmark(), outcome)


def test_a_tool_that_is_not_there_says_how_to_get_it() -> None:
    outcome = ToolOutcome(process=ProcessOutcome(argv=("x",), exit_code=1, stderr=b"No module named memray"))
    with pytest.raises(BenchmarkError, match="pip install memray"):
        DRIVERS["count"].sample(benchmark("allocations"), outcome)


def test_python_gets_a_seed_unless_the_config_has_one() -> None:
    mine = benchmark(command=("python3", "x.py"))
    work = DRIVERS["count"].work(mine, ())
    assert isinstance(work, RunTool) and work.command.env == (("PYTHONHASHSEED", "0"),)
    work = DRIVERS["count"].work(mine, (("PYTHONHASHSEED", "7"),))
    assert isinstance(work, RunTool) and work.command.env == (("PYTHONHASHSEED", "7"),)


@pytest.mark.parametrize("option", ["-I", "-E", "-sE", "-BI"])
def test_a_python_that_ignores_the_seed_is_refused(option: str) -> None:
    with pytest.raises(BenchmarkError, match="ignores PYTHONHASHSEED"):
        DRIVERS["count"].work(benchmark(command=("python3", option, "x.py")), ())


def test_an_option_of_the_program_is_no_option_of_python() -> None:
    DRIVERS["count"].work(benchmark(command=("python3", "x.py", "-I")), ())
    DRIVERS["count"].work(benchmark(command=("./parse", "-I")), ())


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("python3", "x.py", "-v"), ("python3", "-m", "cProfile", "-o", "{out}/profile", "x.py", "-v")),
        (("python3", "-S", "-X", "dev", "-m", "shop"), ("python3", "-S", "-X", "dev", "-m", "cProfile", "-o",
                                                       "{out}/profile", "-m", "shop")),
    ],
)  # fmt: skip
def test_calls_are_counted_between_the_interpreter_and_the_program(
    command: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    argv, then = COUNTERS["calls"].tool(CountSettings(counter="calls", command=command), "parse")
    assert argv == expected
    assert then[:-3] == expected[: expected.index("cProfile") - 1]


@pytest.mark.parametrize("command", [("./parse",), ("python3", "-c", "pass"), ("python3",)])
@pytest.mark.parametrize("counter", ["calls", "allocations"])
def test_what_is_no_python_program_in_a_file_or_module_is_refused(counter: str, command: tuple[str, ...]) -> None:
    with pytest.raises(BenchmarkError, match="counts in a Python program"):
        COUNTERS[counter].tool(CountSettings(counter=counter, command=command), "parse")


def test_pages_and_rows_are_those_of_every_plan() -> None:
    scan = {"Actual Rows": 10, "Actual Loops": 3, "Shared Hit Blocks": 4, "Shared Read Blocks": 1}
    root = {"Actual Rows": 1, "Actual Loops": 1, "Shared Hit Blocks": 6, "Shared Read Blocks": 1, "Plans": [scan]}
    said = json.dumps([{"Plan": root}], indent=1) + "\n" + json.dumps([{"Plan": scan}])
    outcome = ToolOutcome(process=ProcessOutcome(argv=("psql",), exit_code=0, stdout=said.encode()))
    assert COUNTERS["postgres"].read(outcome) == {"buffers": 7 + 5, "rows": 1 + 30 + 30}


def test_a_counter_that_the_processor_has_not_is_missing_and_no_clock_stands_in() -> None:
    stat = b"# started\n\n<not supported>,,cycles:u,0,100.00,,\n<not supported>,,instructions:u,0,100.00,,\n47.05,msec,task-clock,4,100.00,,\n"
    mine = Benchmark(name="parse", driver="perf-stat", settings=CommandSettings(command=("x",)))
    with pytest.raises(BenchmarkError, match="no counter of instructions"):
        DRIVERS["perf-stat"].sample(mine, left(**{"stat.csv": stat}))


def test_what_was_counted_part_of_the_time_is_left_out() -> None:
    text = "1200,,instructions:u,1000,100.00,1.2,insn per cycle\n900,,cycles:u,500,50.00,,\n"
    assert read_stat(text) == {"instructions:u": 1200.0}
    mine = Benchmark(name="parse", driver="perf-stat", settings=CommandSettings(command=("x",)))
    assert DRIVERS["perf-stat"].sample(mine, left(**{"stat.csv": text.encode()})).values == {"instructions": 1200.0}
