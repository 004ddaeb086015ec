"""What goes on while a server is under load: a profiler attaches, or what runs inside of the server gets a signal."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from resonance_perf.drivers.ending import last_words
from resonance_perf.model.benchmark import Argv, Env
from resonance_perf.model.profiling import Wrapping
from resonance_perf.model.work import Command
from resonance_perf.system.host import LocalHost
from resonance_perf.system.placeholders import PORT, filled, placed
from resonance_perf.system.profilers import where

PID = "pid"
LISTENS, WRITTEN = ".listens", ".written"
"""How the names of the files end by which a process hears of the load, and tells that it has written what it saw."""
ATTACH_S = 0.25
"""What attaches has begun to look after this, or has ended with a complaint."""
WRITING_S = 10.0
"""How long a process may take to write what it saw."""
_POLL_S = 0.01


class Watch:
    """What goes on beside a server while it is under load."""

    def __init__(
        self, host: LocalHost, wrapping: Wrapping, out: str, given: str, cwd: str,
        env: Env,
    ) -> None:  # fmt: skip
        self._host, self._wrapping, self._out, self._given, self._cwd = host, wrapping, out, given, cwd
        self._env = env
        self.said = ""

    @contextmanager
    def window(self, url: str) -> Iterator[None]:
        """From right before the load to right after it."""
        if self._wrapping.beside:
            with self._beside(url):
                yield
            return
        self._tell()
        try:
            yield
        finally:
            told = self._tell()
            until = time.monotonic() + WRITING_S
            while told and time.monotonic() < until and not self._host.stopped:
                told = [name for name in told if not os.path.exists(os.path.join(self._out, name + WRITTEN))]
                time.sleep(_POLL_S)

    @contextmanager
    def _beside(self, url: str) -> Iterator[None]:
        facts = {"{pid}": self._pid(), PORT: str(urlsplit(url).port or "")}
        argv = filled(placed(beside_us(self._wrapping.beside), self._out, self._given), facts)
        with self._host.launcher() as launcher:
            running = launcher.start(Command(argv=argv, env=self._env, timeout_s=3600.0), self._cwd)
            running.finished(ATTACH_S)
            try:
                yield
            finally:
                ended = running.interrupt()
        self.said = last_words(ended)

    def _pid(self) -> str:
        with suppress(OSError), open(os.path.join(self._out, PID), encoding="ascii") as file:
            return file.read()
        return ""

    def _tell(self) -> list[str]:
        """Signal every process that listens; their names."""
        told = []
        for name in sorted(os.listdir(self._out)):
            if name.endswith(LISTENS):
                with open(os.path.join(self._out, name), encoding="ascii") as file:
                    words = file.read().split()
                with suppress(ValueError, ProcessLookupError, PermissionError):  # half written; gone; another's by now
                    pid, number = map(int, words)
                    os.kill(pid, number)
                    told.append(name.removesuffix(LISTENS))
        return told


def beside_us(argv: Argv) -> Argv:
    """The words with a program that is installed beside us in its place: our environment is on no PATH mostly."""
    beside = "" if "/" in argv[0] or "{" in argv[0] else where(argv[0])
    return (beside, *argv[1:]) if beside else argv
