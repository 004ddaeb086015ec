"""The sample shop: it does what its README says, and what the story of the demo needs."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from resonance_perf.config.load import load_config
from tests.conftest import until

SAMPLE = Path(__file__).resolve().parent.parent / "sample_repo"
DEADLINE_S = 30

INDEX = '    "CREATE INDEX orders_by_day ON orders (day)",\n'
COVERING = '    "CREATE INDEX orders_by_day_total ON orders (day, total_cents)",\n'

# Prints how SQLite answers each statement that /stats really runs.
PLANS = """
import json, sys
from pathlib import Path
from shop import api, schema
db = schema.open_readonly(Path("shop.db"))
ran = []
db.set_trace_callback(ran.append)
api.answer(db, "/stats")
db.set_trace_callback(None)
print(json.dumps([row[3] for sql in ran for row in db.execute("EXPLAIN QUERY PLAN " + sql)]))
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the sample to run and to change."""
    return shutil.copytree(SAMPLE, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__", "shop.db*"))


def python(shop: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=shop, capture_output=True, text=True, timeout=2 * DEADLINE_S
    )


def seed(shop: Path, orders: int, *more: str) -> None:
    made = python(shop, "-m", "shop.seed", "--orders", str(orders), *more)
    assert made.returncode == 0, made.stderr


def rows_hash(shop: Path) -> str:
    with closing(sqlite3.connect(shop / "shop.db")) as db:
        return hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()


@contextmanager
def serving(shop: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The server process on a port of its choice, once it listens."""
    server = subprocess.Popen(
        [sys.executable, "-m", "shop", "--port", "0"],
        cwd=shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        said = server.stdout.readline()
        address = re.fullmatch(r"shop: http://127\.0\.0\.1:(\d+)\n", said)
        assert address, said
        yield server, int(address[1])
    finally:
        server.kill()
        server.communicate(timeout=DEADLINE_S)


def get(client: HTTPConnection, target: str) -> tuple[int, bytes]:
    client.request("GET", target)
    response = client.getresponse()
    return response.status, response.read()


def test_its_config_is_one_that_we_read() -> None:
    config, problems = load_config((SAMPLE / "config.yaml").read_text(), "config.yaml")

    assert problems == ()
    assert config
    assert [benchmark.name for benchmark in config.benchmarks] == ["stats-api", "nightly-report", "bundle"]


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(shop: Path) -> None:
    hashes = []
    for number in ("1", "1", "2"):
        seed(shop, 2000, "--seed", number)
        hashes.append(rows_hash(shop))

    assert hashes[0] == hashes[1] != hashes[2]


def test_seeds_100_000_fat_orders_in_time_linear_in_their_number(shop: Path) -> None:
    def cpu_s(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert python(shop, "-m", "shop.seed", *arguments).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    few = cpu_s("--orders", "20000")
    many = cpu_s()

    with closing(sqlite3.connect(shop / "shop.db")) as db:
        ((orders, last_month),) = db.execute("SELECT count(*), sum(day > '2025-12-01') FROM orders")
    assert orders == 100_000
    assert 7_500 < last_month < 9_000
    assert 200 < (shop / "shop.db").stat().st_size / orders < 350
    assert many < 15 * few


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_seed_leaves_no_half_made_database(shop: Path, number: signal.Signals) -> None:
    def drafts() -> list[Path]:
        return list(shop.glob("shop.db.*.tmp"))

    running = subprocess.Popen(
        [sys.executable, "-m", "shop.seed", "--orders", "600000"], cwd=shop, stdout=subprocess.DEVNULL
    )
    until(lambda: any(draft.stat().st_size for draft in drafts()))

    running.send_signal(number)
    running.wait(DEADLINE_S)

    assert not (shop / "shop.db").exists()
    assert number == signal.SIGKILL or not drafts()


def test_the_server_answers_as_its_readme_says(shop: Path) -> None:
    seed(shop, 2000)
    with closing(sqlite3.connect(shop / "shop.db")) as db:
        ((orders, revenue),) = db.execute("SELECT count(*), sum(total_cents) FROM orders WHERE day >= '2025-12-02'")
        ((on_christmas_eve,),) = db.execute("SELECT count(*) FROM orders WHERE day = '2025-12-24'")

    with serving(shop) as (_, port), closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)) as client:
        assert get(client, "/healthz") == (200, b'{"ok":true}')
        status, body = get(client, "/stats")
        stats = json.loads(body)
        assert (status, stats["days"], stats["orders"], stats["revenue_cents"]) == (200, 30, orders, revenue)
        assert len(json.loads(get(client, "/orders?day=2025-12-24")[1])["orders"]) == on_christmas_eve
        assert json.loads(get(client, "/products/1")[1])["id"] == 1
        assert b"<title>Pinehouse" in get(client, "/")[1]
        assert get(client, "/app.js") == (200, (SAMPLE / "web/app.js").read_bytes())
        for target, refusal in (("/orders?day=soon", 400), ("/products/9999", 404), ("/../README.md", 404)):
            status, body = get(client, target)
            assert (status, list(json.loads(body))) == (refusal, ["error"])


def test_sigterm_ends_the_server_with_0_and_without_a_word_although_a_client_is_connected(shop: Path) -> None:
    seed(shop, 100)
    with serving(shop) as (server, port), closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)) as client:
        get(client, "/healthz")

        server.terminate()

        assert server.wait(DEADLINE_S) == 0
        assert server.stdout and server.stdout.read() == ""
        assert server.stderr and server.stderr.read() == ""


def test_a_port_in_use_is_one_sentence(shop: Path) -> None:
    seed(shop, 100)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = python(shop, "-m", "shop", "--port", port)

    assert refused.returncode == 1
    assert refused.stderr == f"shop: port {port} at 127.0.0.1 is already in use: choose another with --port\n"


@pytest.mark.parametrize("command", [("shop", "--port", "0"), ("shop.report",)])
def test_without_a_database_they_say_how_to_make_one(shop: Path, command: tuple[str, ...]) -> None:
    refused = python(shop, "-m", *command)

    assert refused.returncode == 1
    assert re.fullmatch(r"shop(\.report)?: cannot read .*: make it with `python -m shop\.seed`\n", refused.stderr)


def test_the_report_says_the_same_every_night_whatever_the_index(shop: Path) -> None:
    reports = []
    for line in (INDEX, "", COVERING):
        change(shop / "shop/schema.py", INDEX, line)
        seed(shop, 2000)
        reports.append(python(shop, "-m", "shop.report").stdout)
        (shop / "shop/schema.py").write_text((SAMPLE / "shop/schema.py").read_text())

    assert reports[0].startswith("2025-07-03 to 2025-12-31\n\nOrders ")
    assert reports == reports[:1] * 3


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("line", "plan"),
    [
        (INDEX, "SEARCH orders USING INDEX orders_by_day (day>? AND day<?)"),
        ("", "SCAN orders"),
        (COVERING, "SEARCH orders USING COVERING INDEX orders_by_day_total (day>? AND day<?)"),
    ],
    ids=["index", "no index", "covering index"],
)
def test_each_chapter_of_the_demo_is_another_query_plan_and_passes_the_shops_own_tests(
    shop: Path, line: str, plan: str
) -> None:
    change(shop / "shop/schema.py", INDEX, line)
    seed(shop, 2000)

    plans = python(shop, "-c", PLANS)
    tests = python(shop, "-W", "error", "-m", "unittest", "-q")

    assert json.loads(plans.stdout) == ["SCAN books", plan], plans.stderr
    assert tests.returncode == 0, tests.stderr
    assert re.search(r"Ran \d\d tests", tests.stderr)
