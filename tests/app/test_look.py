"""A program is looked into for real: what it asks of its database, and what holds its loop."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import pytest

from resonance_perf.app.look import Seen, look, tells
from resonance_perf.audit.check import examine
from resonance_perf.audit.checklist import BY_ID
from resonance_perf.measure.runner import Runner
from resonance_perf.model.benchmark import Benchmark, CommandSettings, HttpSettings, SizeSettings, ToolSettings
from resonance_perf.model.metric import MetricSpec
from resonance_perf.model.run import Sample
from resonance_perf.system.host import LocalHost
from tests.app.conftest import runner_in
from tests.conftest import GitRepo

SHOP = """import asyncio, gc, sqlite3, time

db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, day TEXT)")
db.executemany("INSERT INTO orders (day) VALUES (?)", [("d%d" % (n % 90),) for n in range(2000)])
db.commit()

def pause():
    time.sleep(0.12)

async def serve():
    for number in range(5):
        db.execute("SELECT * FROM orders WHERE day = ?", ("d%d" % number,)).fetchall()
    asyncio.get_running_loop().call_soon(pause)
    await asyncio.sleep(0.2)

asyncio.run(serve())
gc.collect()
"""


@pytest.fixture
def runner(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """No profilers: what they tell is tested with them."""
    monkeypatch.setattr("resonance_perf.app.look.chosen", lambda *_, **__: None)
    with LocalHost() as host:
        yield runner_in(repo, host)


def program(*argv: str) -> Benchmark:
    return Benchmark(name="shop", driver="command", settings=CommandSettings(command=argv))


def looked(runner: Runner, repo: GitRepo, text: str) -> Seen:
    return look(runner, program(sys.executable, "shop.py"), repo.commit({"shop.py": text}))


def test_a_program_with_every_fault_is_told_each_of_them(runner: Runner, repo: GitRepo) -> None:
    seen = looked(runner, repo, SHOP)
    assert seen.notes == [] and not seen.failed
    found = {one.id: one for one in examine(tuple(BY_ID.values()), seen.evidence)}
    statement = "SELECT * FROM orders WHERE day = "
    assert found["n-plus-one"].number == 5 and found["n-plus-one"].place == f"{statement}'?' (shop.py:13)".replace(
        "'?'", "?"
    )
    assert found["missing-index"].answer == "yes" and "orders (2,000 rows)" in found["missing-index"].place
    assert found["synchronous-io"].answer == "yes" and found["synchronous-io"].place == "pause (shop.py:9)"
    assert found["gc-pauses"].answer == "no"
    assert found["event-loop-blocking"].answer == found["event-loop-lag"].answer == "not measured", "nobody else waits"


def test_a_program_that_waits_as_it_should_is_told_nothing(runner: Runner, repo: GitRepo) -> None:
    well = SHOP.replace("    asyncio.get_running_loop().call_soon(pause)\n", "").replace("range(5)", "range(1)")
    well = well.replace("db.commit()", 'db.execute("CREATE INDEX by_day ON orders (day)")\ndb.commit()')
    seen = looked(runner, repo, well)
    assert [one for one in examine(tuple(BY_ID.values()), seen.evidence) if one.answer == "yes"] == []
    assert seen.evidence[0].values["sync_wait_share"] < 5


LOOP = """import asyncio, sys, time

async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    time.sleep(0.06)
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
    writer.close()

async def serve():
    server = await asyncio.start_server(answer, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

asyncio.run(serve())
"""


def server(*argv: str) -> Benchmark:
    settings = HttpSettings(
        serve=(*argv, "{port}"), url="http://127.0.0.1:{port}/", rate=10, duration_s=0.5, warmup_s=0.1
    )
    return Benchmark(name="shop", driver="http", settings=settings)


def test_a_server_that_holds_its_loop_while_others_wait_is_told_where(runner: Runner, repo: GitRepo) -> None:
    seen = look(runner, server(sys.executable, "loop.py"), repo.commit({"loop.py": LOOP}))
    found = {one.id: one for one in examine(tuple(BY_ID.values()), seen.evidence)}
    assert seen.notes == [] and 60 <= (found["event-loop-blocking"].number or 0) < 1000
    assert found["event-loop-blocking"].place == "answer (loop.py:5)" == found["event-loop-lag"].place


@pytest.mark.parametrize(("serves", "asked"), [(True, ["cpu", "memory", "lag"]), (False, ["cpu", "memory"])])
def test_only_a_server_is_asked_how_late_its_loop_is(
    runner: Runner, repo: GitRepo, monkeypatch: pytest.MonkeyPatch, serves: bool, asked: list[str]
) -> None:
    wanted: list[str] = []
    monkeypatch.setattr("resonance_perf.app.look.chosen", lambda _, resource, *__, **___: wanted.append(resource))
    monkeypatch.setattr(Runner, "once", lambda *_: Sample(values={"p95": 1.0}))
    look(runner, server("node", "app.js") if serves else program("node", "app.js"), repo.commit({"app.js": ""}))
    assert wanted == asked


def test_a_program_that_fails_is_a_note(runner: Runner, repo: GitRepo) -> None:
    seen = looked(runner, repo, "raise SystemExit(3)")
    assert seen.failed and "3" in seen.notes[0]


@pytest.mark.parametrize("secret", ["tok-1", "tok-" + "1" * 90])
def test_a_statement_that_cannot_be_explained_keeps_its_values_to_itself(
    secret: str, runner: Runner, repo: GitRepo
) -> None:
    code = SHOP.replace('("d%d" % number,)', f'("{secret}",)')
    commit = repo.commit({"shop.py": code + 'db.execute("DROP TABLE orders")\n'}, "start")
    (note,) = look(runner, program(sys.executable, "shop.py"), commit).notes
    assert "no such table: orders" in note and "tok-" not in note


def test_what_cannot_tell_anything_is_not_run() -> None:
    def bench(settings: object, *metrics: str) -> Benchmark:
        return Benchmark(name="b", driver="tool", settings=settings, metrics=tuple(map(MetricSpec, metrics)))  # type: ignore[arg-type]

    assert tells(program("./run"))
    assert tells(bench(ToolSettings(tool="web", command=("x",)), "cls")) and tells(
        bench(ToolSettings(tool="k6", command=("x",)), "p95")
    )
    assert not tells(bench(ToolSettings(tool="webpack", command=("x",)), "raw"))
    assert not tells(bench(SizeSettings(files=("*",))))


SERVER = """import http.server, json, sys, threading, time
from pool import Pool

POOL = Pool()
ORDERS = [{"id": number, "note": "x" * 20} for number in range(6000)]

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        with POOL.connection():
            time.sleep(0.02)
        body = encoded()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

def encoded():
    return json.dumps(ORDERS).encode()

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
POOL = """import contextlib, threading

class Pool:
    def __init__(self):
        self._one = threading.Lock()

    @contextlib.contextmanager
    def connection(self):
        self._one.acquire()
        try:
            yield
        finally:
            self._one.release()
"""


@pytest.mark.slow
@pytest.mark.shared
def test_profilers_tell_of_a_server_what_it_encodes_allocates_and_waits_for(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resonance_perf.app.look.PROFILED_S", 6.0)
    pytest.importorskip("memray", reason="memray is not installed")
    if shutil.which("py-spy") is None:
        pytest.skip("py-spy is not installed")
    commit = repo.commit({"server.py": SERVER, "pool.py": POOL})
    settings = HttpSettings(
        serve=(sys.executable, "server.py", "{port}"), url="http://127.0.0.1:{port}/", rate=60, duration_s=1.0, warmup_s=0.2
    )  # fmt: skip
    with LocalHost() as host:
        runner = runner_in(repo, host)
        seen = look(runner, Benchmark(name="shop", driver="http", settings=settings), commit)
    assert seen.notes == []
    found = {one.id: one for one in examine(tuple(BY_ID.values()), seen.evidence)}
    assert found["serialization"].answer == "yes" and found["serialization"].place.startswith("encoded (server.py:")
    assert found["connection-limit"].answer == "yes" and found["connection-limit"].place.startswith(
        "Pool.connection (pool.py:"
    )
    assert (found["allocation-churn"].number or 0) > 100_000 and found["allocation-churn"].answer == "no"
    assert found["event-loop-blocking"].answer == "not measured" == found["n-plus-one"].answer
