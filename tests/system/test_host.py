from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.work import Command, Load, LoadServer, SizeFiles
from resonance_perf.system.host import LocalHost
from resonance_perf.system.process import Launcher, StoppedError, scrubbed_environment

PYTHON = sys.executable
SERVER = """
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/fail":
            self.send_error(500); return
        body = b"hello"
        if self.path == "/chunked":
            self.wfile.write(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n0\\r\\n\\r\\n"); return
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n" + body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer.request_queue_size = 128
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
"""


@pytest.fixture
def host() -> Iterator[LocalHost]:
    with LocalHost() as made:
        yield made


def python(code: str, **limits: object) -> Command:
    return Command(argv=(PYTHON, "-I", "-S", "-c", code), **limits)  # type: ignore[arg-type]  # fields of Command


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().split(")")[1].split()[0] != "Z"


def gone(pid: int, within_s: float = 5.0) -> bool:
    until = time.monotonic() + within_s
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_a_program_and_what_it_used(host: LocalHost, tmp_path: Path) -> None:
    found = host.run(python("import os, sys; print(os.getcwd()); print('e', file=sys.stderr)"), str(tmp_path))
    assert (found.exit_code, found.stdout.strip(), found.stderr) == (0, os.path.realpath(tmp_path).encode(), b"e\n")
    assert found.user_s + found.system_s > 0
    assert found.wall_s > 0
    assert not found.left_behind


def test_how_a_program_ends_is_told(host: LocalHost, tmp_path: Path) -> None:
    assert host.run(python("raise SystemExit(3)"), str(tmp_path)).exit_code == 3
    assert host.run(python("import os; os.kill(os.getpid(), 11)"), str(tmp_path)).signal == signal.SIGSEGV


def test_what_cannot_be_started_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    assert "no such program on PATH" in host.run(Command(argv=("no-such-program",)), str(tmp_path)).error
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    assert "not executable" in host.run(Command(argv=("./plain",)), str(tmp_path)).error
    assert "does not exist" in host.run(Command(argv=("true",)), str(tmp_path / "nowhere")).error
    assert host.run(Command(argv=("true",)), str(tmp_path)).ok


def test_peak_memory_is_the_programs_own(host: LocalHost, tmp_path: Path) -> None:
    ballast = bytearray(300_000_000)
    small = host.run(python("pass"), str(tmp_path))
    large = host.run(python("x = bytearray(80_000_000)"), str(tmp_path))
    assert small.peak_rss_bytes < 40_000_000 < 80_000_000 < large.peak_rss_bytes < 150_000_000
    assert len(ballast) == 300_000_000


def test_a_flood_of_output_is_capped_and_does_not_block(host: LocalHost, tmp_path: Path) -> None:
    flood = "import os\nfor n in range(1000): os.write(1, b'x' * 1_000_000)\nos.write(1, b'the end')"
    found = host.run(python(flood), str(tmp_path))
    assert found.ok
    assert found.truncated
    assert len(found.stdout) <= 1_000_000
    assert found.stdout.endswith(b"the end")


def test_binary_output_and_none(host: LocalHost, tmp_path: Path) -> None:
    every = bytes(range(256))
    assert host.run(python("import os; os.write(1, bytes(range(256)))"), str(tmp_path)).stdout == every
    assert host.run(python("pass"), str(tmp_path)).stdout == b""


def test_a_hanging_program_is_killed_with_its_children(host: LocalHost, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid, flush=True)\ntime.sleep(60)"
    )
    found = host.run(python(code, timeout_s=0.5), str(tmp_path))
    assert found.timed_out
    assert not found.ok
    assert gone(int(found.stdout))


def test_a_child_left_behind_is_killed_and_does_not_hold_us_up(host: LocalHost, tmp_path: Path) -> None:
    start = time.monotonic()
    found = host.run(
        python("import subprocess\nprint(subprocess.Popen(['sleep', '60']).pid, flush=True)"), str(tmp_path)
    )
    assert found.ok
    assert found.left_behind
    assert time.monotonic() - start < 20
    assert gone(int(found.stdout))


def test_memory_is_bounded(host: LocalHost, tmp_path: Path) -> None:
    found = host.run(
        python("import time; time.sleep(.2); x = bytearray(500_000_000)", memory_bytes=200_000_000), str(tmp_path)
    )
    assert not found.ok


def test_when_told_to_stop_it_stops_the_program(tmp_path: Path) -> None:
    stop = [False]
    marker = tmp_path / "pid"
    code = f"import os, time\nopen({str(marker)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    with LocalHost(should_stop=lambda: marker.exists() and bool(stop.append(True) or True)) as host:
        with pytest.raises(StoppedError):
            host.run(python(code), str(tmp_path))
        assert gone(int(marker.read_text()))
        assert Launcher().run(python("print(1)"), str(tmp_path)).stdout == b"1\n"


def test_nothing_goes_on_when_we_are_killed(tmp_path: Path) -> None:
    code = (
        "from resonance_perf.system.process import Launcher\nfrom resonance_perf.model.work import Command\n"
        f"Launcher().run(Command(argv=('sh', '-c', 'echo $$ > pid; exec sleep 60')), {str(tmp_path)!r})"
    )
    parent = subprocess.Popen([PYTHON, "-c", code])
    until = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    assert gone(int((tmp_path / "pid").read_text()))


def test_the_environment_is_an_allow_list() -> None:
    environ = {
        "PATH": "/bin",
        "HOME": "/h",
        "LC_ALL": "C",
        "GIT_DIR": "x",
        "AWS_SECRET": "s",
        "PYTHONPATH": "p",
        "TOKEN": "t",
    }
    found = scrubbed_environment(environ, [("TOKEN", None), ("MODE", "fast"), ("ABSENT", None)])
    assert found == {"PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "TOKEN": "t", "MODE": "fast"}


def served(
    path: str = "/", *, rate: float = 100, duration_s: float = 0.5, argv: tuple[str, ...] | None = None
) -> LoadServer:
    return LoadServer(
        server=Command(argv=argv or (PYTHON, "-c", SERVER, "{port}")), ready_url="http://127.0.0.1:{port}/",
        ready_timeout_s=10, load=Load(url="http://127.0.0.1:{port}" + path, rate=rate, duration_s=duration_s, warmup_s=0.1),
    )  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/chunked"])
def test_a_server_is_started_loaded_and_stopped(host: LocalHost, tmp_path: Path, path: str) -> None:
    found = host.load(served(path), str(tmp_path))
    assert found.problem == ""
    assert (len(found.latencies_ms), found.sent, found.failed) == (50, 50, 0)
    assert all(0 < one < 1000 for one in found.latencies_ms)
    assert found.server.signal == signal.SIGTERM
    assert 0.4 < found.seconds < 3


def test_errors_are_counted_and_have_no_latency(host: LocalHost, tmp_path: Path) -> None:
    found = host.load(served("/fail"), str(tmp_path))
    assert (found.latencies_ms, found.failed, found.failures) == ((), 50, (("status 500", 50),))


def test_a_server_that_ends_is_a_sentence_with_its_last_words(host: LocalHost, tmp_path: Path) -> None:
    found = host.load(served(argv=(PYTHON, "-c", "raise SystemExit('no database')")), str(tmp_path))
    assert "ended with exit code 1 before it was ready: no database" in found.problem


def test_a_server_that_never_answers_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    work = served(argv=("sleep", "60"))
    found = host.load(
        LoadServer(server=work.server, ready_url=work.ready_url, ready_timeout_s=0.3, load=work.load), str(tmp_path)
    )
    assert "did not answer at http://127.0.0.1:" in found.problem


def test_a_port_in_use_is_a_sentence(host: LocalHost, tmp_path: Path) -> None:
    other = subprocess.Popen([PYTHON, "-c", SERVER, "0"], stderr=subprocess.DEVNULL)
    other.kill()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    blocker = subprocess.Popen([PYTHON, "-c", SERVER, str(port)])
    try:
        until = time.monotonic() + 10
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < until
            time.sleep(0.01)
        url = f"http://127.0.0.1:{port}/"
        work = LoadServer(
            server=Command(argv=(PYTHON, "-c", SERVER, str(port))), ready_url=url, ready_timeout_s=5,
            load=Load(url=url, rate=10, duration_s=0.2, warmup_s=0),
        )  # fmt: skip
        assert f"something else answers at 127.0.0.1:{port} already" in host.load(work, str(tmp_path)).problem
    finally:
        blocker.kill()
        blocker.wait()


@pytest.mark.slow
def test_a_stall_shows_in_the_percentiles(host: LocalHost, tmp_path: Path) -> None:
    """The server stops for 1 s of 8: then p90 is 200 ms and p99 920 ms, as arithmetic says of a constant rate."""
    stalling = "import os, signal, subprocess, sys, time\n"
    stalling += f"p = subprocess.Popen([sys.executable, '-c', {SERVER!r}, sys.argv[1]])\n"
    stalling += "time.sleep(4); p.send_signal(signal.SIGSTOP); time.sleep(1); p.send_signal(signal.SIGCONT); p.wait()"
    found = host.load(served(rate=200, duration_s=8, argv=(PYTHON, "-c", stalling, "{port}")), str(tmp_path))
    ordered = sorted(found.latencies_ms)
    assert found.failed == 0
    assert ordered[int(0.90 * len(ordered))] == pytest.approx(200, rel=0.3)
    assert ordered[int(0.99 * len(ordered))] == pytest.approx(920, rel=0.3)


def test_sizes(host: LocalHost, tmp_path: Path) -> None:
    (tmp_path / "web" / "img").mkdir(parents=True)
    (tmp_path / "web" / "app.js").write_text("let x = 1;\n" * 500)
    (tmp_path / "web" / "img" / "a.map").write_text("m" * 100)
    (tmp_path / "web" / "out").symlink_to("/etc/hostname")
    found = host.size(SizeFiles(globs=("web/**", "!web/**/*.map")), str(tmp_path))
    assert (found.files, found.raw) == (1, 5500)
    assert found.brotli < found.gzip < 200
    with pytest.raises(BenchmarkError, match=r"no file matches dist/\*"):
        host.size(SizeFiles(globs=("dist/*",)), str(tmp_path))
