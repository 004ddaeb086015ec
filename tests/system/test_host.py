from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.model.benchmark import SizeLevels
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.work import Command, Load, LoadServer, SizeFiles
from resonance_perf.system.host import LocalHost
from resonance_perf.system.process import Running, StoppedError
from tests.conftest import until

PYTHON = sys.executable
SERVER = """
import http.server, os, sys
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/fail":
            return self.send_error(500)
        if self.path == "/die":
            os._exit(9)
        if self.path == "/chunked":
            head, body = b"Transfer-Encoding: chunked", b"5\\r\\nhello\\r\\n0\\r\\n\\r\\n"
        else:
            head, body = b"Content-Length: 5", b"hello"
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\n" + head + b"\\r\\n\\r\\n" + body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer.request_queue_size = 128
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
"""


@pytest.fixture
def host() -> Iterator[LocalHost]:
    with LocalHost() as made:
        yield made


def test_a_program_runs(host: LocalHost, tmp_path: Path) -> None:
    assert host.run(Command(argv=("echo", "hello")), str(tmp_path)).stdout == b"hello\n"


def served(
    path: str = "/", *, rate: float = 100, duration_s: float = 0.5, argv: tuple[str, ...] | None = None
) -> LoadServer:
    return LoadServer(
        server=Command(argv=argv or (PYTHON, "-c", SERVER, "{port}")), ready_url="http://127.0.0.1:{port}/",
        ready_timeout_s=10,
        load=Load(url="http://127.0.0.1:{port}" + path, rate=rate, duration_s=duration_s, warmup_s=0.1),
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/chunked"])
def test_a_server_is_started_loaded_and_stopped(host: LocalHost, tmp_path: Path, path: str) -> None:
    found = host.load(served(path), str(tmp_path))
    assert found.problem == ""
    assert (len(found.latencies_ms), found.sent, found.failed) == (50, 50, 0)
    assert all(0 < one < 1000 for one in found.latencies_ms)
    assert found.server.signal == signal.SIGTERM
    assert 0.4 < found.seconds < 3


@pytest.mark.slow
def test_the_knee_of_a_server_that_takes_its_time_is_where_it_is_busy(host: LocalHost, tmp_path: Path) -> None:
    code = SERVER.replace("import http.server", "import time, http.server").replace(
        'if self.path == "/fail"', 'time.sleep(0.01)\n        if self.path == "/fail"'
    ).replace("ThreadingHTTPServer(", "HTTPServer(").replace('protocol_version = "HTTP/1.1"', "pass")  # fmt: skip
    work = served(rate=20, argv=(PYTHON, "-c", code, "{port}"))
    found = host.load(replace(work, load=replace(work.load, peak=2000, limit_ms=300, timeout_s=1)), str(tmp_path))
    assert found.problem == "" and 20 <= found.knee <= 160, found
    assert found.sent == pytest.approx(found.knee * 0.5, abs=1)


def test_errors_are_counted_and_have_no_latency(host: LocalHost, tmp_path: Path) -> None:
    found = host.load(served("/fail"), str(tmp_path))
    assert (found.latencies_ms, found.failed, found.failures) == ((), 50, (("status 500", 50),))


def test_a_server_that_ends_is_a_sentence_with_its_last_words(host: LocalHost, tmp_path: Path) -> None:
    found = host.load(served(argv=(PYTHON, "-c", "raise SystemExit('no database')")), str(tmp_path))
    assert found.problem == "before it was ready the server ended with exit code 1: no database"


def test_a_server_that_never_answers_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    work = served(argv=("sleep", "60"))
    found = host.load(replace(work, ready_timeout_s=0.3), str(tmp_path))
    assert found.problem.startswith("the server was not ready within 0.3 s: http://127.0.0.1:")
    assert found.problem.endswith("could not be reached")


def test_a_port_in_use_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    blocker = subprocess.Popen([PYTHON, "-c", SERVER, str(port)])
    try:
        until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)), "the other server", 10)
        url = f"http://127.0.0.1:{port}/"
        work = LoadServer(
            server=Command(argv=(PYTHON, "-c", SERVER, str(port))), ready_url=url, ready_timeout_s=5,
            load=Load(url=url, rate=10, duration_s=0.2, warmup_s=0),
        )  # fmt: skip
        problem = host.load(work, str(tmp_path)).problem
        assert problem == (
            f"something else already answers at 127.0.0.1:{port}: stop it, or write {{port}} in serve and url"
        )
    finally:
        blocker.kill()
        blocker.wait()


def test_a_server_whose_port_was_taken_gets_another(host: LocalHost, tmp_path: Path) -> None:
    """The first start finds the port in use, as if somebody had been faster."""
    code = f"""
import os, sys
if not os.path.exists("second"):
    open("second", "w").close()
    sys.exit("OSError: [Errno 98] Address already in use")
{SERVER}"""
    found = host.load(served(argv=(PYTHON, "-c", code, "{port}")), str(tmp_path))
    assert (found.problem, found.failed) == ("", 0)


def test_a_server_that_dies_under_the_load_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    code = SERVER.replace(
        "def do_GET(self):", "def do_GET(self):\n        if self.path == '/die': import os; os._exit(9)"
    )
    found = host.load(served("/die", argv=(PYTHON, "-c", code, "{port}")), str(tmp_path))
    assert found.problem == "under the load the server ended with exit code 9 and said nothing"


def test_a_server_that_is_never_ready_says_what_it_answers(host: LocalHost, tmp_path: Path) -> None:
    work = replace(served(), ready_url="http://127.0.0.1:{port}/fail", ready_timeout_s=1.5)
    assert host.load(work, str(tmp_path)).problem.endswith("/fail answered with status 500")


def test_a_server_that_is_not_there_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    assert "no such program on PATH" in host.load(served(argv=("no-such-server",)), str(tmp_path)).problem


def test_when_told_to_stop_it_stops_the_server(tmp_path: Path) -> None:
    code = f"import os; open('tmp', 'w').write(str(os.getpid())); os.rename('tmp', 'pid')\n{SERVER}"
    with LocalHost(should_stop=(tmp_path / "pid").exists) as host, pytest.raises(StoppedError):
        host.load(served(argv=(PYTHON, "-c", code, "{port}")), str(tmp_path))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_sizes_of_files(host: LocalHost, tmp_path: Path) -> None:
    (tmp_path / "web" / "img").mkdir(parents=True)
    (tmp_path / "web" / "app.js").write_text("let x = 1;\n" * 500)
    (tmp_path / "web" / "img" / "a.map").write_text("m" * 100)
    (tmp_path / "web" / "out").symlink_to("/etc/hostname")
    (tmp_path / "web" / "img" / "up").symlink_to(tmp_path)
    (tmp_path / "web" / "again.js").symlink_to("app.js")
    found = host.size(SizeFiles(globs=("web/**", "!web/**/*.map")), str(tmp_path))
    assert [(one.name, one.raw) for one in found.files] == [("web/again.js", 5500)]
    assert 0 < found.files[0].zstd < found.files[0].brotli < found.files[0].gzip < 200
    assert [one.raw for one in host.size(SizeFiles(globs=("*.map",)), str(tmp_path)).files] == [100]
    assert len(host.size(SizeFiles(globs=("web/app.js", "web/img/a.map")), str(tmp_path)).files) == 2
    with pytest.raises(BenchmarkError, match=r"no file matches dist/\*. Correct the globs"):
        host.size(SizeFiles(globs=("dist/*",)), str(tmp_path))


def test_a_lower_level_compresses_less_also_what_was_compressed_before(host: LocalHost, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(" ".join(str(one * one) for one in range(3000)))
    (hard,), (easy,) = (
        host.size(SizeFiles(globs=("a.txt",), levels=levels), str(tmp_path)).files
        for levels in (SizeLevels(), SizeLevels(gzip=1, brotli=1, zstd=1))
    )
    assert hard.raw == easy.raw
    assert hard.gzip < easy.gzip and hard.brotli < easy.brotli and hard.zstd < easy.zstd


def test_a_server_that_nobody_may_end_is_a_sentence(
    host: LocalHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Running.stop
    monkeypatch.setattr(Running, "stop", lambda one: replace(stop(one), error="it does not end"))
    assert host.load(served(), str(tmp_path)).problem == "it does not end"


def test_a_folder_that_leads_out_of_the_tree_is_not_walked(
    host: LocalHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dist").symlink_to("/")
    monkeypatch.setattr(os, "walk", lambda at: pytest.fail(f"walked {at}"))
    with pytest.raises(BenchmarkError, match="no file matches"):
        host.size(SizeFiles(globs=("dist/**/*.js",)), str(tmp_path))
