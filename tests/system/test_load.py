"""The client of the load: its latencies are the truth."""

from __future__ import annotations

import json
import math
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from resonance_perf.model.counted import Counted, from_json
from resonance_perf.system.process import bare_python

SERVER = """
import asyncio, sys
async def serve(reader, writer):
    while await reader.readuntil(b"\\r\\n\\r\\n"):
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def load(port: int, **changed: float) -> dict[str, Any]:
    spec = {"url": f"http://127.0.0.1:{port}/x?y=1", "rate": 100, "warmup_s": 0.1, "duration_s": 0.5, "timeout_s": 5}
    done = subprocess.run(bare_python("load", json.dumps(spec | changed)), capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    found["latencies_ms"] = from_json(found["latencies_ms"])
    assert len(found["latencies_ms"]) + found["failed"] == found["sent"]
    return found


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does `talk` with every connection, each in a thread; its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                talk(connection)
            except OSError:
                return  # the client has hung up

    def accept() -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def saying(*answers: bytes, then_close: bool = False) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        while connection.recv(4096):
            for part in answers:
                connection.sendall(part)
            if then_close:
                return

    return talk


@pytest.mark.parametrize(
    ("answer", "closes"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", False),
        (b"HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.0 200 OK\r\n\r\nok", True),
    ],
    ids=["length", "chunks", "says close", "closes without a word", "ends with the connection"],
)
def test_every_request_is_answered(answer: bytes, closes: bool) -> None:
    with answering(saying(answer, then_close=closes)) as port:
        found = load(port)
    assert (found["sent"], found["failures"]) == (50, [])
    assert 0.5 <= found["seconds"] < 2
    assert 0 < found["client_cpu_s"] < 0.5


@pytest.mark.parametrize(
    ("talk", "failure"),
    [
        (saying(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), "status 503"),
        (saying(b"SSH-2.0-OpenSSH\r\n\r\n"), "bad answer: the answer is not HTTP/1.1"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", then_close=True), "closed by the server"),
        (saying(), "no answer within 0.3 s"),
    ],
    ids=["status", "not HTTP", "half an answer", "silence"],
)
def test_what_fails_is_counted_by_its_kind(talk: Callable[[socket.socket], None], failure: str) -> None:
    with answering(talk) as port:
        found = load(port, timeout_s=0.3 if "0.3" in failure else 10)
    assert found["latencies_ms"] == ()
    assert [(failure in what, count) for what, count in found["failures"]] == [(True, 50)]


def test_of_a_long_load_it_is_counted_how_often_each_latency_was_seen() -> None:
    with answering(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as port:
        found = load(port, most_exact=49)
    latencies = found["latencies_ms"]
    assert isinstance(latencies, Counted) and len(latencies) == found["sent"] == 50
    assert 0 < latencies[0] <= latencies[49] < 5000


FEED = """
import itertools, math, os
from resonance_perf.system.latencies import Latencies
def resident_kb():  # a peak would be that of whoever started this, which Linux carries over exec
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
kept = Latencies(5_000_000, 100_000)
took_ms = itertools.cycle([math.exp(n / 1000 - 4) for n in range(12_001)])
for count in (100_000, 4_900_000):
    before = resident_kb()
    for each in itertools.islice(took_ms, count):
        kept.add(each)
print(resident_kb() - before, len(kept.told()), len(kept.told().sizes), kept.told()[2_500_000])
"""


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_five_million_latencies_take_no_more_memory_than_the_first() -> None:
    done = subprocess.run([sys.executable, "-c", FEED], capture_output=True, text=True, check=True)
    grown_kb, count, sizes, median = map(float, done.stdout.split())
    assert grown_kb < 1000 and count == 5_000_000 and sizes == 12_001
    assert median == pytest.approx(math.e**2, rel=5e-3)


def test_nobody_there_is_a_failure_of_each() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        found = load(bound.getsockname()[1])
    assert found["failures"] == [["cannot connect: Connection refused", 50]]


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()


def rank(ordered: list[float], q: float) -> float:
    return ordered[int(q * len(ordered))]


@pytest.mark.slow
def test_a_stall_of_one_second_shows_in_the_percentiles(server: tuple[subprocess.Popen[str], int]) -> None:
    """200 requests/s for 4 s, 1 s stopped: of 800 requests 200 wait, evenly between 0 and 1 s. So the q-quantile is
    1 s × (q − 0.75) / 0.25: 600 ms for p90, 960 ms for p99; p50 is not touched."""
    process, port = server
    timers = [threading.Timer(1.5, process.send_signal, [signal.SIGSTOP]),
              threading.Timer(2.5, process.send_signal, [signal.SIGCONT])]  # fmt: skip
    for timer in timers:
        timer.start()
    found = load(port, rate=200, duration_s=4)
    ordered = sorted(found["latencies_ms"])
    assert len(ordered) == 800
    assert rank(ordered, 0.50) < 20
    assert rank(ordered, 0.90) == pytest.approx(600, rel=0.3)
    assert rank(ordered, 0.99) == pytest.approx(960, rel=0.3)


@pytest.mark.slow
def test_it_sends_thousands_a_second_in_time(server: tuple[subprocess.Popen[str], int]) -> None:
    found = load(server[1], rate=2000, duration_s=2)
    assert found["failed"] == 0
    assert found["client_cpu_s"] < 0.9 * found["seconds"]
    assert rank(sorted(found["latencies_ms"]), 0.5) < 20
