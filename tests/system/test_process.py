"""Real programs: how they end, what they use, and that nothing of them outlives us."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.model.work import Command
from resonance_perf.system import launcher as launcher_process
from resonance_perf.system import process
from resonance_perf.system.process import Launcher, StoppedError
from resonance_perf.system.spawn import Channels, child_signals
from tests.conftest import until

PYTHON = sys.executable
MB = 1_000_000


@pytest.fixture
def launcher() -> Iterator[Launcher]:
    with Launcher() as made:
        yield made


def python(code: str, **limits: object) -> Command:
    return Command(argv=(PYTHON, "-I", "-S", "-c", code), **limits)  # type: ignore[arg-type]  # fields of Command


def sh(script: str, **limits: object) -> Command:
    return Command(argv=("sh", "-c", script), **limits)  # type: ignore[arg-type]  # fields of Command


def gone(pid: int) -> bool:
    """True when the process is no more, or only waits to be reaped."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip() in ("", "Z", "Zs")


def test_a_program_and_what_it_used(launcher: Launcher, tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd()); print('e', file=sys.stderr); sum(range(3_000_000)); sys.stdin.read()"
    found = launcher.run(python(code), str(tmp_path))
    assert (found.exit_code, found.stdout.strip(), found.stderr) == (0, os.path.realpath(tmp_path).encode(), b"e\n")
    assert 0.005 < found.user_s + found.system_s <= found.wall_s * 1.2
    assert found.ok and not found.left_behind and not found.truncated


def test_a_program_leads_its_own_session_and_ignores_no_signal(launcher: Launcher) -> None:
    code = "import os; print(os.getsid(0) == os.getpgrp() == os.getpid())"
    assert launcher.run(python(code), "/").stdout == b"True\n"
    assert launcher.run(sh("kill -PIPE $$"), "/").signal == signal.SIGPIPE


def test_how_a_program_ends_is_told(launcher: Launcher) -> None:
    assert launcher.run(sh("exit 3"), "/").exit_code == 3
    assert launcher.run(sh("kill -SEGV $$"), "/").signal == signal.SIGSEGV


def test_what_cannot_be_started_is_a_sentence(launcher: Launcher, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    (tmp_path / "odd").write_text("#!/no/such/interpreter\n")
    (tmp_path / "odd").chmod(0o755)

    def error(*argv: str, cwd: Path = tmp_path) -> str:
        return launcher.run(Command(argv=argv), str(cwd)).error

    assert error("foo") == (
        'cannot start "foo": no such program on PATH. Install it or correct the command in the config.'
    )
    assert error("./foo") == 'cannot start "./foo": there is no such file. Correct the command in the config.'
    assert error("./plain") == 'cannot start "./plain": it is not executable. Try: chmod +x ./plain'
    assert "No such file or directory" in error("./odd")
    assert "does not exist" in error("true", cwd=tmp_path / "nowhere")
    assert "Invalid argument" in error("true", "a\0b")
    assert launcher.run(Command(argv=("true",)), str(tmp_path)).ok


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux carries the peak of the parent over exec")
def test_peak_memory_is_the_programs_own(launcher: Launcher) -> None:
    ballast = bytearray(300 * MB)
    small = launcher.run(Command(argv=("true",)), "/")
    large = launcher.run(python(f"x = b'x' * {50 * MB}"), "/")
    assert small.peak_rss_bytes <= small.rss_floor_bytes * 1.02 < 20 * MB
    assert 50 * MB < large.peak_rss_bytes < 75 * MB
    assert len(ballast) == 300 * MB


def test_a_launcher_that_grew_is_replaced(launcher: Launcher) -> None:
    launcher.run(python(f"print('x' * {40 * MB})", output_bytes=40 * MB), "/")
    launcher.run(Command(argv=("true",)), "/")
    assert launcher.run(Command(argv=("true",)), "/").rss_floor_bytes < 20 * MB


def test_a_flood_of_output_is_cut_in_the_middle(launcher: Launcher) -> None:
    code = f"import os\nos.write(1, b'begin')\nfor _ in range(200): os.write(1, b'x' * {MB})\nos.write(1, b'end')"
    found = launcher.run(python(code), "/")
    assert found.ok and found.truncated
    assert len(found.stdout) == MB
    assert found.stdout.startswith(b"begin") and found.stdout.endswith(b"end")
    assert launcher.run(Command(argv=("true",)), "/").rss_floor_bytes < 24 * MB


@pytest.mark.parametrize("written", [b"", bytes(range(256)), b"\xff\xfe\x00no newline"])
def test_output_comes_back_byte_for_byte(launcher: Launcher, written: bytes) -> None:
    found = launcher.run(python(f"import os; os.write(1, {written!r}); os.write(2, {written[::-1]!r})"), "/")
    assert (found.stdout, found.stderr, found.truncated) == (written, written[::-1], False)


def test_a_hanging_program_is_killed_with_its_children(launcher: Launcher) -> None:
    found = launcher.run(sh("trap '' TERM; sleep 60 & echo $!; sleep 60", timeout_s=0.3), "/")
    assert found.timed_out and not found.ok
    assert 0.3 <= found.wall_s < 2
    until(lambda: gone(int(found.stdout)))


def test_a_child_left_behind_is_killed_and_does_not_hold_us_up(launcher: Launcher) -> None:
    found = launcher.run(sh("yes & echo $! >&2"), "/")
    assert found.ok and found.left_behind
    assert found.wall_s < 2
    until(lambda: gone(int(found.stderr)))


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not enforce it")
def test_memory_is_bounded(launcher: Launcher) -> None:
    found = launcher.run(python(f"x = bytearray({500 * MB})", memory_bytes=200 * MB), "/")
    assert not found.ok and b"MemoryError" in found.stderr
    assert launcher.run(python(f"x = bytearray({500 * MB})"), "/").ok


def test_a_server_is_stopped_politely_and_then_not(launcher: Launcher, tmp_path: Path) -> None:
    assert launcher.start(Command(argv=("sleep", "60")), "/").stop().signal == signal.SIGTERM
    stubborn = launcher.start(sh("trap '' TERM; touch up; while :; do sleep 60; done"), str(tmp_path))
    until((tmp_path / "up").exists)
    assert stubborn.finished(0) is None
    found = stubborn.stop()
    assert (found.signal, found.timed_out) == (signal.SIGKILL, False)
    assert 2 <= found.wall_s < 10


def test_a_server_that_ends_by_itself_is_noticed(launcher: Launcher) -> None:
    running = launcher.start(sh("echo no database >&2; exit 7"), "/")
    until(lambda: running.finished(0.05))
    assert (running.stop().exit_code, running.stop().stderr) == (7, b"no database\n")
    assert launcher.run(Command(argv=("true",)), "/").ok


def test_when_told_to_stop_it_kills_the_program(tmp_path: Path) -> None:
    marker = tmp_path / "pid"
    with Launcher(should_stop=marker.exists) as launcher:
        with pytest.raises(StoppedError) as caught:
            launcher.run(sh("sleep 60 & echo $! > tmp; mv tmp pid; wait"), str(tmp_path))
        assert caught.value.exit_code == 130
        until(lambda: gone(int(marker.read_text())))
        with pytest.raises(StoppedError):
            launcher.run(Command(argv=("true",)), "/")
        marker.unlink()
        assert launcher.run(Command(argv=("true",)), "/").ok


def test_nothing_goes_on_when_we_are_killed(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom resonance_perf.system.process import Launcher\n"
        "from resonance_perf.model.work import Command\n"
        "script = 'sleep 60 & echo $$ $! > tmp; mv tmp pids; wait'\n"
        "Launcher().run(Command(argv=('sh', '-c', script)), sys.argv[1])"
    )
    parent = subprocess.Popen([PYTHON, "-c", code, str(tmp_path)], cwd=process._ROOT)
    until((tmp_path / "pids").exists)
    parent.kill()
    parent.wait()
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: gone(int(pid)))


def test_a_launcher_that_was_killed_is_started_again(launcher: Launcher) -> None:
    def kill() -> None:
        assert launcher._process is not None
        launcher._process.kill()

    running = launcher.start(sh("echo $PPID >&2; sleep 60"), "/")
    kill()
    until(lambda: running.finished(0.05))
    found = running.stop()
    assert found.error.startswith('"sh" was given up') and not found.ok
    assert launcher.run(Command(argv=("true",)), "/").ok
    kill()
    assert launcher._process is not None
    launcher._process.wait()
    assert launcher.run(Command(argv=("true",)), "/").ok


@pytest.mark.parametrize(
    "without",
    ["del os.pidfd_open", "def refuse(*_, **__): raise NotImplementedError\nos.posix_spawn = refuse"],
    ids=["pidfd", "sessions in posix_spawn"],
)
def test_a_system_that_lacks_something_does_the_same(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher, without: str
) -> None:
    monkeypatch.setattr(process, "_BARE", f"import os\n{without}\n{process._BARE}")
    for _ in range(3):
        assert launcher.run(sh("echo out; echo err >&2; exit 3"), "/").exit_code == 3
    assert launcher.run(sh("sleep 60 & wait", timeout_s=0.2), "/").timed_out
    assert launcher.run(sh("sleep 60 &"), "/").left_behind
    assert launcher.run(sh("true"), "/").stdout == b""
    assert "Invalid argument" in launcher.run(Command(argv=("true", "a\0b")), "/").error
    assert launcher.start(Command(argv=("sleep", "60")), "/").stop().signal == signal.SIGTERM


def test_the_environment_reaches_the_program(monkeypatch: pytest.MonkeyPatch, launcher: Launcher) -> None:
    monkeypatch.setenv("GIT_INDEX_FILE", "/users/index")
    monkeypatch.setenv("SECRET", "s")
    found = launcher.run(Command(argv=("env",), env=(("MODE", "fast"),)), "/").stdout.decode()
    assert "MODE=fast" in found and "PATH=" in found
    assert "GIT_" not in found and "SECRET" not in found


def test_a_program_that_nobody_may_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of another user, such as what `sudo` starts."""
    monkeypatch.setattr(launcher_process, "signal_group", lambda *_: False)
    monkeypatch.setattr(launcher_process, "KILLED_S", 0.1)
    orders, _parent = os.pipe()
    channels = Channels(orders, child_signals())
    request = (["sleep", "2"], "/bin/sleep", {}, str(tmp_path), 0.1, 100, None, False)
    assert launcher_process.run(request, 0, channels)[0] == -errno.EPERM
