"""How native profilers are started, and what is said of programs that they cannot look at."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from resonance_perf.profilers.nothing import NothingSeenError
from resonance_perf.profilers.registry import profiler
from resonance_perf.system.fetch import fetched

APP = ("./app",)


@pytest.mark.parametrize(
    ("name", "serves", "argv", "sentence"),
    [
        ("callgrind", True, APP, "is a server, which callgrind makes 50 times slower"),
        ("bpftrace", False, APP, "ends before bpftrace can look up the names of its functions: it looks at servers"),
        ("offcputime", False, APP, "ends before offcputime"),
        ("go-cpu", False, APP, "is no server and no `go test`, which Go's runtime profiles: let perf look at it"),
    ],
)
def test_what_cannot_be_looked_at_is_a_sentence(name: str, serves: bool, argv: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        profiler(name).wrap(argv, serves=serves, seconds=1.0)


@pytest.mark.parametrize(
    "name", ["perf", "callgrind", "bpftrace", "offcputime", "runqlat", "biolatency", "go-cpu", "go-memory"]
)
@pytest.mark.parametrize("files", [{}, {"told": b"\n", "perf.txt": b"", "callgrind.7": b"", "go.pprof": b""}])
def test_nothing_is_no_profile(name: str, files: dict[str, bytes]) -> None:
    with pytest.raises(NothingSeenError):
        profiler(name).read(files)


def test_go_test_keeps_its_own_options() -> None:
    argv = profiler("go-cpu").wrap(("go", "test", "-bench=.", "./shop"), serves=False, seconds=1.0).argv
    assert argv == ("go", "test", "-cpuprofile={out}/go.pprof", "-o={given}/profiled.test", "-bench=.", "./shop")


def test_a_server_of_go_is_asked_for_the_seconds_of_the_load() -> None:
    beside = profiler("go-memory").wrap(APP, serves=True, seconds=2.6).beside
    assert "http://127.0.0.1:{port}/debug/pprof/allocs?seconds=2" in beside


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.org/x", "is not on this machine"),
        ("file:///etc/hosts", "is not on this machine"),
        ("http://127.0.0.1:1/x", "/x does not answer: "),
    ],
)
def test_only_this_machine_is_asked(url: str, problem: str, tmp_path: Path) -> None:
    assert problem in fetched(url, str(tmp_path / "answer"))
    assert not list(tmp_path.iterdir())


def test_nobody_is_sent_elsewhere(tmp_path: Path) -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "/profile")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/debug/pprof/profile"
        assert fetched(url, str(tmp_path / "answer")) == "/debug/pprof/profile answers 302"
    assert not list(tmp_path.iterdir())
