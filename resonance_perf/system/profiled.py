"""Do the work of a benchmark while a profiler looks on."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import urlsplit

from resonance_perf.drivers.command import describe_end, last_lines
from resonance_perf.model.benchmark import Argv
from resonance_perf.model.machine import is_interpreter
from resonance_perf.model.profiling import Wrapping
from resonance_perf.model.work import (
    Command,
    LoadOutcome,
    LoadServer,
    ProcessOutcome,
    ProfiledOutcome,
    RunProcess,
    RunTool,
    ToolOutcome,
)
from resonance_perf.system.host import GIVEN, OUT, PORT, LocalHost, placed
from resonance_perf.system.own_environment import search_path
from resonance_perf.system.process import bare_python
from resonance_perf.system.profilers import where
from resonance_perf.system.scratch import read_files, scratch, write_file

PID, EXIT = "pid", "exit"
ATTACH_S = 0.25
"""What attaches has begun to look after this, or has ended with a complaint."""
WRITING_S = 10.0
"""How long a process may take to write what it saw."""
SLOWER = 20.0
"""A program may take this many times longer under a profiler before it is given up."""
_POLL_S = 0.01
_LISTENS, _WRITTEN, _SPENT = ".listens", ".written", ".spent"
_HIDDEN = ((OUT, "\0out\0"), (GIVEN, "\0given\0"))
"""The folders of the tool that is profiled are not the profiler's."""


def profiled(
    host: LocalHost, work: RunProcess | LoadServer | RunTool, wrap: Callable[[Argv], Wrapping], cwd: str, *, page: bool,
    patience_s: float,
) -> ProfiledOutcome:  # fmt: skip
    """See `Host`."""
    command, put = _target(work, page=page)
    wrapping = wrap(_hidden(spelled(command.argv, cwd)))
    with scratch() as out, scratch() as given:
        for name, text in wrapping.provided:
            write_file(given, name, text)
        argv = _shown(placed(_ours(wrapping.argv), out, given))
        if any("{pid}" in word for word in wrapping.beside):
            argv = (*bare_python("traceable", os.path.join(out, PID)), *argv)
        if wrapping.times > 1 and isinstance(work, RunProcess):
            argv = (*bare_python("exit_code", os.path.join(out, EXIT), str(wrapping.times)), *argv)
        env = (*command.env, *((key, one and placed((one,), out, given)[0]) for key, one in wrapping.env))
        patience_s = min(patience_s, command.timeout_s * SLOWER * wrapping.times)
        slowly = replace(command, argv=argv, env=env, timeout_s=patience_s, memory_bytes=None)
        watch = _Watch(host, wrapping, out, given, cwd, env)
        outcome = _do(host, put(slowly), cwd, watch)
        said = [watch.said, _last_words(outcome)]
        if wrapping.then:
            then = host.run(replace(slowly, argv=placed(wrapping.then, out, given)), cwd)
            said.insert(0, "" if then.ok else f"{os.path.basename(then.argv[0])} {describe_end(then)}")
        files = read_files(out)
    ended, times = _as_it_ended(outcome, dict(files))
    return ProfiledOutcome(
        outcome=ended, times=times, said=next(filter(None, said), ""),
        files=tuple((name, data) for name, data in files if name not in (PID, EXIT) and not _is_sign(name)),
    )  # fmt: skip


class _Watch:
    """What goes on beside a server while it is under load."""

    def __init__(
        self, host: LocalHost, wrapping: Wrapping, out: str, given: str, cwd: str,
        env: tuple[tuple[str, str | None], ...],
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
                told = [name for name in told if not os.path.exists(os.path.join(self._out, name + _WRITTEN))]
                time.sleep(_POLL_S)

    @contextmanager
    def _beside(self, url: str) -> Iterator[None]:
        facts = {"{pid}": self._pid(), PORT: str(urlsplit(url).port or "")}
        argv = placed(_ours(self._wrapping.beside), self._out, self._given)
        for mark, fact in facts.items():
            argv = tuple(word.replace(mark, fact) for word in argv)
        with self._host.launcher() as launcher:
            running = launcher.start(Command(argv=argv, env=self._env, timeout_s=3600.0), self._cwd)
            running.finished(ATTACH_S)
            try:
                yield
            finally:
                ended = running.interrupt()
        self.said = ended.error or last_lines(ended.stderr) or last_lines(ended.stdout)

    def _pid(self) -> str:
        with suppress(OSError), open(os.path.join(self._out, PID), encoding="ascii") as file:
            return file.read()
        return ""

    def _tell(self) -> list[str]:
        """Signal every process that listens; their names."""
        told = []
        for name in sorted(os.listdir(self._out)):
            if name.endswith(_LISTENS):
                with open(os.path.join(self._out, name), encoding="ascii") as file:
                    words = file.read().split()
                with suppress(ValueError, ProcessLookupError, PermissionError):  # half written; gone; another's by now
                    pid, number = map(int, words)
                    os.kill(pid, number)
                    told.append(name.removesuffix(_LISTENS))
        return told


def _do(
    host: LocalHost, work: RunProcess | LoadServer | RunTool, cwd: str, watch: _Watch
) -> ProcessOutcome | LoadOutcome | ToolOutcome:
    match work:
        case RunProcess(command=command):
            return host.run(command, cwd)
        case LoadServer():
            return host.load(work, cwd, watch.window)
        case RunTool():
            return host.tool(work, cwd, watch.window)


Put = Callable[[Command], RunProcess | LoadServer | RunTool]


def _target(work: RunProcess | LoadServer | RunTool, *, page: bool) -> tuple[Command, Put]:
    """(what is profiled, how it is put back into the work)."""
    match work:
        case RunProcess():
            return work.command, lambda command: RunProcess(command=command)
        case LoadServer():
            return work.server, lambda command: replace(work, server=command)
        case RunTool(server=Command() as server) if not page:
            return server, lambda command: replace(work, server=command)
        case RunTool():
            return work.command, lambda command: replace(work, command=command)


def spelled(argv: Argv, cwd: str) -> Argv:
    """See `Host`."""
    if is_interpreter(argv[0]):  # pyenv's are scripts that look for the real one
        return argv
    path = search_path(os.environ)
    script = os.path.join(cwd, argv[0]) if "/" in argv[0] else shutil.which(argv[0], path=path) or ""
    try:
        with open(script, "rb") as file:
            line = file.readline(256).decode("utf-8", "replace")
    except OSError:
        return argv
    words = line[2:].split() if line.startswith("#!") else []
    if words and os.path.basename(words[0]) == "env":
        words = [word for word in words[1:] if word != "-S"]
    return (*words, script, *argv[1:]) if words and is_interpreter(words[0]) else argv


def _ours(argv: Argv) -> Argv:
    """The words with a program that is installed beside us in its place: our environment is on no PATH mostly."""
    beside = "" if "/" in argv[0] or "{" in argv[0] else where(argv[0])
    return (beside, *argv[1:]) if beside else argv


def _hidden(argv: Argv) -> Argv:
    for mark, stands in _HIDDEN:
        argv = tuple(word.replace(mark, stands) for word in argv)
    return argv


def _shown(argv: Argv) -> Argv:
    for mark, stands in _HIDDEN:
        argv = tuple(word.replace(stands, mark) for word in argv)
    return argv


def _is_sign(name: str) -> bool:
    return name.endswith((_LISTENS, _WRITTEN, _SPENT))


def _last_words(outcome: ProcessOutcome | LoadOutcome | ToolOutcome) -> str:
    match outcome:
        case ProcessOutcome():
            ended = outcome
        case LoadOutcome(server=server):
            ended = server
        case ToolOutcome(process=process):
            ended = process
    return ended.error or last_lines(ended.stderr) or last_lines(ended.stdout)


def _as_it_ended(
    outcome: ProcessOutcome | LoadOutcome | ToolOutcome, files: dict[str, bytes]
) -> tuple[ProcessOutcome | LoadOutcome | ToolOutcome, int]:
    """(the outcome of one run of the program itself, how many there were)."""
    match outcome:
        case ProcessOutcome():
            return _alone(outcome, files)
        case ToolOutcome(process=process):
            return replace(outcome, process=_alone(process, files)[0]), 1
        case LoadOutcome():
            return outcome, 1


def _alone(process: ProcessOutcome, files: dict[str, bytes]) -> tuple[ProcessOutcome, int]:
    """A run without what the profiler needs before and after the program."""
    code, seconds, times = process.exit_code, process.wall_s, 1
    if told := files.get(EXIT, b"").split():
        code, seconds, times = int(told[0]), float(told[1]), int(told[2])
    spent = sum(float(data) for name, data in files.items() if name.endswith(_SPENT)) / times
    alone_s = max(0.0, seconds - spent)
    part = alone_s / process.wall_s if process.wall_s else 0.0
    return replace(
        process, exit_code=code, wall_s=alone_s, user_s=process.user_s * part, system_s=process.system_s * part
    ), times
