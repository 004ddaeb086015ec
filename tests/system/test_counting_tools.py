"""The counting tools for real: each counts, repeats to the last digit, and sees a small change."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resonance_perf.drivers import DRIVERS
from resonance_perf.model.benchmark import Benchmark, CommandSettings, CountSettings, DriverSettings
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.work import RunTool
from resonance_perf.system.host import LocalHost
from tests.databases import postgres_with

pytestmark = [pytest.mark.slow, pytest.mark.shared]
PROGRAM = "print(sum(len(str(one)) for one in range({n})), {{'a', 'b', 'c'}})\n"
LOOP = (
    '(module (func (export "run") (param $n i32) (local $i i32) (loop $l'
    " (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_s (local.get $i) (local.get $n))))))"
)
Count = Callable[[DriverSettings], dict[str, float]]


@pytest.fixture
def count(tmp_path: Path) -> Iterator[Count]:
    """Counts in a folder; gives what one sample holds."""
    with LocalHost() as host:

        def counted(settings: DriverSettings) -> dict[str, float]:
            name = "count" if isinstance(settings, CountSettings) else "perf-stat"
            driver, benchmark = DRIVERS[name], Benchmark(name="it", driver=name, settings=settings)
            work = driver.work(benchmark, ())
            assert isinstance(work, RunTool)
            return dict(driver.sample(benchmark, host.tool(work, str(tmp_path))).values)

        yield counted


@pytest.fixture
def program(tmp_path: Path) -> Callable[[int], tuple[str, ...]]:
    """A Python program of so many turns."""

    def written(turns: int) -> tuple[str, ...]:
        (tmp_path / "program.py").write_text(PROGRAM.format(n=turns))
        return (sys.executable, "-S", "program.py")

    return written


def needs(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")


@pytest.mark.parametrize(("counter", "metric"), [("instructions", "instructions"), ("cache", "l1_misses")])
def test_valgrind_repeats_and_sees_one_percent(
    count: Count, program: Callable[[int], tuple[str, ...]], counter: str, metric: str
) -> None:
    needs("valgrind")
    settings = CountSettings(counter=counter, command=program(2000))
    first, again = count(settings), count(settings)
    assert first == again and first[metric] > 0
    more = count(CountSettings(counter=counter, command=program(4000)))
    assert more["instructions"] > 1.01 * first["instructions"]


def test_calls_repeat_and_one_more_is_seen(count: Count, program: Callable[[int], tuple[str, ...]]) -> None:
    settings = CountSettings(counter="calls", command=program(2000))
    first = count(settings)
    assert count(settings) == first
    assert count(CountSettings(counter="calls", command=program(2001)))["calls"] == first["calls"] + 2


def test_allocations_repeat(count: Count, tmp_path: Path) -> None:
    pytest.importorskip("memray")
    (tmp_path / "program.py").write_text("kept = [bytes(100_000) for _ in range(50)]\n")
    settings = CountSettings(counter="allocations", command=(sys.executable, "program.py"))
    first = count(settings)
    assert count(settings) == first
    assert first["peak_memory"] > 5_000_000 and first["allocations"] > 50


def test_steps_of_sqlite_show_an_index_that_is_gone(count: Count, tmp_path: Path) -> None:
    needs("sqlite3")
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("CREATE TABLE orders (id INTEGER, day TEXT)")
        db.executemany("INSERT INTO orders VALUES (?, ?)", [(one, f"d{one % 100}") for one in range(10_000)])
        db.execute("CREATE INDEX by_day ON orders (day)")
    query = "SELECT * FROM orders WHERE day = 'd7'"
    settings = CountSettings(counter="sqlite", database="shop.db", queries=(query, query))
    first = count(settings)
    assert count(settings) == first
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("DROP INDEX by_day")
    assert count(settings)["vm_steps"] > 10 * first["vm_steps"]


def test_a_query_that_is_wrong_is_a_sentence(count: Count, tmp_path: Path) -> None:
    needs("sqlite3")
    sqlite3.connect(tmp_path / "shop.db").execute("CREATE TABLE orders (id)").connection.close()
    with pytest.raises(BenchmarkError, match="no such table: nope"):
        count(CountSettings(counter="sqlite", database="shop.db", queries=("SELECT * FROM nope",)))


def test_fuel_repeats_and_counts_the_turns(count: Count, tmp_path: Path) -> None:
    wasmtime = pytest.importorskip("wasmtime")
    (tmp_path / "loop.wasm").write_bytes(wasmtime.wat2wasm(LOOP))
    short, long = (
        count(CountSettings(counter="fuel", module="loop.wasm", invoke="run", arguments=(turns,)))["fuel"]
        for turns in (1000, 2000)
    )
    assert short > 1000 and long == pytest.approx(2 * short, rel=0.01)
    with pytest.raises(BenchmarkError, match="exports no function walk"):
        count(CountSettings(counter="fuel", module="loop.wasm", invoke="walk"))


def test_the_processor_counts_or_says_that_it_cannot(count: Count) -> None:
    needs("perf")
    settings = CommandSettings(command=(sys.executable, "-I", "-S", "-c", "print(sum(range(100000)))"))
    can = subprocess.run(["perf", "stat", "-e", "instructions:u", "true"], capture_output=True, text=True, check=False)
    if can.returncode == 0 and "<not supported>" not in can.stderr:
        assert count(settings)["instructions"] > 100_000
        return
    with pytest.raises(BenchmarkError, match=r"no counter of instructions|perf_event_paranoid"):
        count(settings)


@pytest.fixture
def postgres() -> Iterator[str]:
    """A server of our own; gives its connection string."""
    with postgres_with() as address:
        yield address


def test_pages_of_postgres_show_an_index_that_is_gone(count: Count, postgres: str) -> None:
    needs("psql")

    def sql(text: str) -> None:
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", postgres, "-c", text], check=True)

    sql("CREATE TABLE orders AS SELECT one AS id, one % 100 AS day FROM generate_series(1, 20000) AS one")
    sql("CREATE INDEX by_id ON orders (id)")
    sql("VACUUM ANALYZE orders")
    query = "SELECT * FROM orders WHERE id = 77"
    settings = CountSettings(counter="postgres", database=postgres, queries=(query,))
    count(settings)
    first = count(settings)
    assert count(settings) == first
    sql("DROP INDEX by_id")
    assert count(settings)["buffers"] > 10 * first["buffers"]
