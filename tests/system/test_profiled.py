from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome, ToolOutcome
from resonance_perf.model.profiling import Wrapping
from resonance_perf.model.work import Command, Load, LoadServer, RunProcess, RunTool
from resonance_perf.profilers.registry import profiler
from resonance_perf.system.host import LocalHost
from tests.conftest import until
from tests.system.test_process import gone

PYTHON = sys.executable
LISTENING = f"""
import os, signal, sys
name = sys.argv[2] + "/" + str(os.getpid())
def told(number, frame):
    if os.path.exists(name + ".seen"):
        open(name + ".end", "w").close()
        open(name + ".written", "w").close()
    open(name + ".seen", "w").close()
signal.signal(signal.SIGUSR2, told)
open(name + ".listens", "w").write(str(os.getpid()) + " {int(signal.SIGUSR2)}")
"""
SERVER = """
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
"""
BESIDE = """
import os, signal, sys, time
name = sys.argv[1] + "/looked"
def told(number, frame):
    open(name, "w").write(" ".join([*sys.argv[2:], str(os.getpid())]))
    sys.exit()
signal.signal(signal.SIGINT, told)
time.sleep(60)
"""


@pytest.fixture
def host() -> Iterator[LocalHost]:
    with LocalHost() as made:
        yield made


def served(code: str = SERVER, *more: str) -> LoadServer:
    return LoadServer(
        server=Command(argv=(PYTHON, "-c", code, "{port}", *more)), ready_url="http://127.0.0.1:{port}/",
        ready_timeout_s=10, load=Load(url="http://127.0.0.1:{port}/", rate=50, duration_s=0.2, warmup_s=0.1),
    )  # fmt: skip


def test_a_program_runs_as_it_is_wrapped_and_leaves_its_files(host: LocalHost, tmp_path: Path) -> None:
    seen: list[Argv] = []

    def wrap(argv: Argv) -> Wrapping:
        seen.append(argv)
        code = 'cat "$1/given" > "$0/left"; shift; "$@"; echo $? 0.5 1 > "$OUT/exit"; exit 0'
        return Wrapping(
            argv=("sh", "-c", code, "{out}", "{given}", *argv), env=(("OUT", "{out}"),), provided=(("given", "hello"),),
            then=("sh", "-c", 'cat "$0/left" "$0/left" > "$0/twice"', "{out}"),
        )  # fmt: skip

    found = host.profiled(RunProcess(command=Command(argv=("sh", "-c", "exit 7"))), wrap, str(tmp_path))
    assert isinstance(found.outcome, ProcessOutcome) and (found.outcome.exit_code, found.outcome.wall_s) == (7, 0.5)
    assert dict(found.files) == {"left": b"hello", "twice": b"hellohello"}
    assert seen == [("sh", "-c", "exit 7")]


def test_a_script_is_known_by_its_interpreter(host: LocalHost, tmp_path: Path) -> None:
    script, seen = tmp_path / "work", list[Argv]()
    script.write_text("#!/usr/bin/env python3\nexit(0)\n")
    script.chmod(0o755)

    def wrap(argv: Argv) -> Wrapping:
        seen.append(argv)
        return Wrapping(argv=argv)

    found = host.profiled(RunProcess(command=Command(argv=("./work", "all"))), wrap, str(tmp_path))
    assert isinstance(found.outcome, ProcessOutcome) and found.outcome.ok
    assert seen == [("python3", f"{tmp_path}/./work", "all")]


def test_a_server_that_listens_hears_when_its_load_begins_and_ends(host: LocalHost, tmp_path: Path) -> None:
    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=(*argv[:2], LISTENING + argv[2], *argv[3:], "{out}"))

    found = host.profiled(served(), wrap, str(tmp_path))
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem and found.outcome.requests == 15
    assert sorted(name.partition(".")[2] for name, _ in found.files) == ["end", "seen"]


def test_a_profiler_beside_a_server_knows_its_process_and_its_port(host: LocalHost, tmp_path: Path) -> None:
    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=argv, beside=(PYTHON, "-c", BESIDE, "{out}", "{pid}", "{port}"))

    found = host.profiled(served(), wrap, str(tmp_path))
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem
    pid, port, beside = dict(found.files)["looked"].decode().split()
    assert found.outcome.server.argv[-1] == port
    for one in (pid, beside):
        with pytest.raises(ProcessLookupError):
            os.kill(int(one), 0)


def test_what_a_profiler_beside_complains_of_is_told(host: LocalHost, tmp_path: Path) -> None:
    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=argv, beside=("sh", "-c", "echo 'not permitted' >&2; exit 1"))

    found = host.profiled(served(), wrap, str(tmp_path))
    assert (found.said, found.files) == ("not permitted", ())
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem


def test_a_profiler_that_hangs_is_given_up_with_all_that_it_started(host: LocalHost, tmp_path: Path) -> None:
    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=("sh", "-c", 'sleep 600 & echo $! > "$0/child"; yes', "{out}"))

    work, before = RunProcess(command=Command(argv=("true",), timeout_s=60)), time.monotonic()
    found = host.profiled(work, wrap, str(tmp_path), patience_s=0.3)
    assert isinstance(found.outcome, ProcessOutcome) and found.outcome.timed_out and found.outcome.truncated
    assert time.monotonic() - before < 5
    until(lambda: gone(int(dict(found.files)["child"])))


def test_what_makes_a_profile_readable_is_given_up_with_all_that_it_started(
    host: LocalHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perf, note = tmp_path / "perf", tmp_path / "script"
    perf.write_text(f'#!/bin/sh\n[ "$1" = script ] || exit 0\necho $$ > {note}\nexec sleep 600\n')
    perf.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    work = RunProcess(command=Command(argv=("true",)))
    wrapping = profiler("perf").wrap(("true",), serves=False, seconds=1.0)
    found = host.profiled(work, lambda _argv: wrapping, str(tmp_path), patience_s=0.5)
    assert "sh" in found.said
    until(lambda: gone(int(note.read_text())))


def test_a_process_that_is_just_about_to_listen_is_not_told(host: LocalHost, tmp_path: Path) -> None:
    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=("sh", "-c", ': > "$0/1.listens"; exec "$@"', "{out}", *argv))

    found = host.profiled(served(), wrap, str(tmp_path))
    assert isinstance(found.outcome, LoadOutcome) and not found.outcome.problem and found.files == ()


def test_the_folder_of_a_tool_is_not_that_of_its_profiler(host: LocalHost, tmp_path: Path) -> None:
    work = RunTool(command=Command(argv=("sh", "-c", 'echo 1 > "$0/result"', "{out}")))

    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=("sh", "-c", '"$@"; echo 2 > "$0/profile"', "{out}", *argv))

    found = host.profiled(work, wrap, str(tmp_path))
    assert isinstance(found.outcome, ToolOutcome)
    assert (found.outcome.files, found.files) == ((("result", b"1\n"),), (("profile", b"2\n"),))


def test_the_server_of_a_tool_is_profiled_while_the_tool_runs(host: LocalHost, tmp_path: Path) -> None:
    work = RunTool(
        command=Command(argv=("sh", "-c", 'sleep 0.1; echo 1 > "$0/result"', "{out}")),
        server=Command(argv=(PYTHON, "-c", LISTENING + SERVER, "{port}")), ready_url="http://127.0.0.1:{port}/",
    )  # fmt: skip
    before = time.monotonic()
    found = host.profiled(work, lambda argv: Wrapping(argv=(*argv, "{out}")), str(tmp_path))
    assert isinstance(found.outcome, ToolOutcome) and not found.outcome.problem and found.outcome.files
    assert len(found.files) == 2 and time.monotonic() - before < 5


def test_options_of_the_config_for_node_are_kept(host: LocalHost, tmp_path: Path) -> None:
    command = Command(
        argv=("sh", "-c", 'echo "$NODE_OPTIONS|$OTHER" > "$0"', "{out}/env"),
        env=(("NODE_OPTIONS", "--no-warnings"), ("OTHER", "theirs")),
    )
    options = (("NODE_OPTIONS", "--require x"), ("OTHER", "ours"))

    def wrap(argv: Argv) -> Wrapping:
        return Wrapping(argv=("sh", "-c", 'echo "$NODE_OPTIONS|$OTHER" > "$0"', "{out}/env"), env=options)

    found = host.profiled(RunProcess(command=command), wrap, str(tmp_path))
    assert dict(found.files)["env"] == b"--no-warnings --require x|ours\n"
