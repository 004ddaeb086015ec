"""Run programs: own process group and session, timeout, limits, exact times.

Every benchmark, setup and server goes through here; `launcher` says why there is a process in between.
"""

from __future__ import annotations

import marshal
import os
import select
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Self

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.errors import EXIT_INTERRUPTED, ResonanceError
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.work import Command
from resonance_perf.system.child_environment import scrubbed_environment
from resonance_perf.system.launcher import Reply, Request
from resonance_perf.system.lookup import cannot_start, find
from resonance_perf.system.own_environment import search_path

SLICE_S = 0.2
"""How often a waiting `run` asks whether to stop."""
_FRESH_BYTES = 24_000_000
"""A launcher that has grown beyond this (much output was kept) is replaced, so that it hides no small program."""
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_BARE = "import sys; sys.path.append(sys.argv[1]); from resonance_perf.system.{} import main; main(*sys.argv[2:])"


class StoppedError(ResonanceError):
    """Somebody asked us to stop; the running program was killed."""

    exit_code = EXIT_INTERRUPTED


def bare_python(module: str, *arguments: str) -> Argv:
    """The command that calls `main(*arguments)` of a module of this package in an interpreter without site packages."""
    return (sys.executable, "-I", "-S", "-c", _BARE.format(module), _ROOT, *arguments)


class Running:
    """A program that was started. Its launcher can start no other until it has ended."""

    def __init__(self, launcher: Launcher, command: Command, outcome: ProcessOutcome | None) -> None:
        self._launcher = launcher
        self._command = command
        self._outcome = outcome

    def finished(self, timeout_s: float) -> ProcessOutcome | None:
        """How it ended, waiting so long for it at most; None while it runs."""
        if self._outcome is None and self._launcher.answers(timeout_s):
            self._outcome = self._launcher.outcome(self._command)
        return self._outcome

    def stop(self) -> ProcessOutcome:
        """End its whole group: SIGTERM, after two seconds SIGKILL. Nothing happens if it has ended already."""
        return self._end(b"T")

    def interrupt(self) -> ProcessOutcome:
        """End its whole group as Ctrl-C does: SIGINT, after ten seconds SIGKILL."""
        return self._end(b"I")

    def kill(self) -> ProcessOutcome:
        """End its whole group with SIGKILL."""
        return self._end(b"K")

    def _end(self, order: bytes) -> ProcessOutcome:
        if self._outcome is None:
            self._launcher.order(order)
        while (outcome := self.finished(SLICE_S)) is None:
            pass
        return outcome


class Launcher:
    """Runs one program at a time. The process in between starts with the first and ends with `close`."""

    def __init__(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._should_stop = should_stop
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        """Run a program to its end.

        Raises:
            StoppedError: `should_stop` said so; the program's group was killed.
        """
        try:
            self.check_stop()
            running = self.start(command, cwd)
            while (outcome := running.finished(SLICE_S)) is None:
                self.check_stop()
        except BaseException:
            self.close()  # kills what runs, and the next program starts with a clean pipe
            raise
        return outcome

    def check_stop(self) -> None:
        """Raise StoppedError when we were asked to stop."""
        if self._should_stop():
            raise StoppedError("stopped", hint="What was not finished is measured the next time.")

    def start(self, command: Command, cwd: str) -> Running:
        """Start a program that goes on by itself."""
        env = scrubbed_environment({**os.environ, "PATH": search_path(os.environ)}, command.env)
        path, error = find(command.argv[0], env.get("PATH", os.defpath), cwd)
        if error:
            return Running(self, command, ProcessOutcome(argv=command.argv, error=error))
        request: Request = (
            list(command.argv), path, env, cwd, command.timeout_s, command.output_bytes, command.memory_bytes,
            command.pinned,
        )  # fmt: skip
        body = marshal.dumps(request)
        message = b"R" + len(body).to_bytes(4, "big") + body
        try:
            self._write(message)
        except BrokenPipeError:  # it was killed while it was idle
            self.close()
            self._write(message)
        return Running(self, command, None)

    def close(self) -> None:
        """Kill what runs, and end the process in between."""
        process, self._process = self._process, None
        if process is None:
            return
        stdin, stdout = _pipes(process)
        with suppress(BrokenPipeError):  # it has died already
            stdin.close()
        stdout.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def order(self, order: bytes) -> None:
        """Tell the launcher what to do with the running program."""
        with suppress(BrokenPipeError):  # it died; reading its answer says so
            self._write(order)

    def answers(self, timeout_s: float) -> bool:
        """Wait until the launcher says how the program ended, or has died."""
        poll = select.poll()
        poll.register(_pipes(self._started())[1], select.POLLIN)
        return bool(poll.poll(timeout_s * 1000))

    def outcome(self, command: Command) -> ProcessOutcome:
        """Read how the program ended."""
        stdout = _pipes(self._started())[1]
        head = stdout.read(4)
        body = stdout.read(int.from_bytes(head, "big"))
        if len(head) < 4 or len(body) < int.from_bytes(head, "big"):
            self.close()
            what = f'"{command.argv[0]}" was given up: the process that runs benchmarks was killed.'
            return ProcessOutcome(argv=command.argv, error=f"{what} Is the machine out of memory?")
        reply: Reply = marshal.loads(body)  # noqa: S302  # from our own child
        (failed, status, wall, user, system, peak, floor, out, err, dropped, timed_out, left, counts) = reply
        if floor > _FRESH_BYTES:
            self.close()
        if failed < 0:
            what = f'"{command.argv[0]}" was given up: it does not end when it is killed. Is it another user\'s (sudo)?'
            return ProcessOutcome(argv=command.argv, error=what, timed_out=True)
        if failed:
            return ProcessOutcome(argv=command.argv, error=cannot_start(command.argv[0], os.strerror(failed)))
        code = os.waitstatus_to_exitcode(status)
        return ProcessOutcome(
            argv=command.argv, exit_code=code if code >= 0 else None, signal=-code if code < 0 else None,
            wall_s=wall, user_s=user, system_s=system, peak_rss_bytes=peak, rss_floor_bytes=floor, stdout=out,
            stderr=err, truncated=dropped, timed_out=timed_out, left_behind=left, counts=counts,
        )  # fmt: skip

    def _write(self, data: bytes) -> None:
        stdin = _pipes(self._started())[0]
        stdin.write(data)
        stdin.flush()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # Its own session: Ctrl-C in the terminal is ours to handle, it must live to clean up after us.
            self._process = subprocess.Popen(
                bare_python("launcher"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None and process.stdout is not None
    return process.stdin, process.stdout
