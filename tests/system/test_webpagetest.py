"""WebPageTest: a server that answers as the recorded ones do, asked by the real client."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from resonance_perf.model.benchmark import Env

httpx = pytest.importorskip("httpx")

from resonance_perf.config.load import load_config  # noqa: E402  # nothing here runs without httpx
from resonance_perf.drivers import DRIVERS  # noqa: E402
from resonance_perf.model.errors import BenchmarkError  # noqa: E402
from resonance_perf.model.run import Sample  # noqa: E402
from resonance_perf.system.remote import AnswerError  # noqa: E402
from resonance_perf.system.webpagetest import Waiting, main, measure  # noqa: E402
from tests.configured import benchmark_of, config_of, sample_of  # noqa: E402

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/webpagetest"
STARTED = {"statusCode": 200, "statusText": "Ok", "data": {"testId": "120816_V2_2"}}
BEHIND = (200, b'{"statusCode":101,"statusText":"Waiting behind 2 other tests..."}')
RUNNING = (200, b'{"statusCode":100,"statusText":"Test Started"}')
DONE = (200, (FIXTURES / "jsonResult.2014.1run.json").read_bytes())
GONE = (404, (FIXTURES / "testResultsNotFound.json").read_bytes())
KEY = "A.0123456789abcdef"


@dataclass
class Server:
    """`results` are its answers about the test, in turn, the last one again and again."""

    url: str
    results: list[tuple[int, bytes]]
    started: object = field(default_factory=lambda: STARTED)
    asked: list[tuple[str, dict[str, list[str]], str | None]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server("", [DONE])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(parse_qs(body), 200, json.dumps(made.started).encode())

        def do_GET(self) -> None:
            status, content = made.results.pop(0) if len(made.results) > 1 else made.results[0]
            self._answer(parse_qs(urlsplit(self.path).query), status, content)

        def _answer(self, given: dict[str, list[str]], status: int, content: bytes) -> None:
            made.asked.append((urlsplit(self.path).path, given, self.headers.get("X-WPT-API-KEY")))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
    made.url = f"http://127.0.0.1:{listening.server_port}"
    yield made
    listening.shutdown()
    listening.server_close()


def sample(server: Server, env: Env = (), **keys: object) -> Sample:
    bench = {"driver": "webpagetest", "url": "https://x.test/", "server": server.url, "metrics": {"ttfb": {}}, **keys}
    config = config_of("home", bench)
    assert KEY not in repr(DRIVERS["tool"].work(benchmark_of(config), env))
    return sample_of(config, Path("/"), env)


@pytest.fixture
def ask(server: Server) -> Callable[..., bytes]:
    """Measure with a clock that only waiting moves."""

    def asked(deadline_s: float = 600.0) -> bytes:
        now = [0.0]
        waiting = Waiting(
            deadline_s=deadline_s, clock=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds)
        )
        with httpx.Client(base_url=server.url) as client:
            return measure(client, {"url": "https://x.test/"}, "", waiting)

    return asked


def test_a_page_is_tested_and_its_result_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WPT_API_KEY", KEY)
    server.results = [RUNNING, DONE]
    told = sample(server, key="WPT_API_KEY", location="Local:Chrome", runs=3, parameters=["mobile=1"])
    assert told.values["ttfb"] == 503 and told.values["requests"] == 12
    start, *polls = server.asked
    assert start[0] == "/runtest.php" and start[2] == KEY
    assert {name: one for name, (one,) in start[1].items()} == {
        "url": "https://x.test/", "runs": "3", "fvonly": "1", "f": "json", "location": "Local:Chrome", "mobile": "1",
    }  # fmt: skip
    assert polls == [("/jsonResult.php", {"test": ["120816_V2_2"]}, None)] * 2


def test_a_test_that_is_gone_is_a_sentence(server: Server) -> None:
    server.results = [GONE]
    with pytest.raises(BenchmarkError, match="home: Test not found"):
        sample(server)


def test_it_waits_for_its_turn_and_through_a_moment_of_trouble(server: Server, ask: Callable[..., bytes]) -> None:
    server.results = [BEHIND, (503, b"try later"), RUNNING, DONE]
    assert json.loads(ask()) == json.loads(DONE[1])


def test_it_does_not_wait_for_ever(server: Server, ask: Callable[..., bytes]) -> None:
    server.results = [BEHIND]
    with pytest.raises(AnswerError, match=r"120816_V2_2 was not done within 60 s: Waiting behind 2 other tests\.\.\."):
        ask(deadline_s=60)
    assert len(server.asked) < 15


def test_a_server_that_answers_something_else_is_named(server: Server, ask: Callable[..., bytes]) -> None:
    server.results = [(200, b"<html>")]
    with pytest.raises(AnswerError, match="status 200 and something that is not JSON"):
        ask()


def run(server: Server, tmp_path: Path, key: str = "WPT_API_KEY") -> int:
    told = {"server": server.url, "key": key, "wait_s": 5, "parameters": {"url": "https://x.test/"}}
    (tmp_path / "test.json").write_text(json.dumps(told))
    return main(str(tmp_path / "test.json"), str(tmp_path / "result.json"))


def test_a_key_that_is_refused_is_not_repeated(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WPT_API_KEY", KEY)
    server.started = {"statusCode": 400, "statusText": f"Invalid API key {KEY}"}
    assert run(server, tmp_path) == 1
    assert capsys.readouterr().err == f"{server.url}: it took no test: Invalid API key …\n"


def test_a_key_that_is_not_there_is_asked_for(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WPT_API_KEY", raising=False)
    assert run(server, tmp_path) == 1 and not server.asked
    assert "the environment has no WPT_API_KEY" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Server("http://127.0.0.1:1", []), tmp_path, key="") == 1
    assert capsys.readouterr().err.startswith("http://127.0.0.1:1: ")


@pytest.mark.parametrize("given", ["mobile", "=1", "k=secret"])
def test_a_parameter_that_cannot_be_given_is_refused(given: str) -> None:
    bench = {"driver": "webpagetest", "url": "https://x.test/", "parameters": [given], "metrics": {"lcp": {}}}
    config, problems = load_config(config_of("home", bench), "config.yaml")
    assert config is None and "benchmarks.home has the " in str(problems[0])
