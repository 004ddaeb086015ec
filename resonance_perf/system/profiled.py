"""Do the work of a benchmark while a profiler looks on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from resonance_perf.drivers.ending import describe_end, last_words
from resonance_perf.model.benchmark import Argv
from resonance_perf.model.outcome import Ended, LoadOutcome, ProcessOutcome, ProfiledOutcome, ToolOutcome
from resonance_perf.model.profiling import Wrapping
from resonance_perf.model.work import Command, LoadServer, Profilable, RunProcess, RunTool
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lookup import spelled
from resonance_perf.system.placeholders import GIVEN, OUT, filled, placed
from resonance_perf.system.process import bare_python
from resonance_perf.system.scratch import read_files, scratch, write_file
from resonance_perf.system.window import LISTENS, PID, WRITTEN, Watch, beside_us

EXIT = "exit"
SLOWER = 20.0
"""A program may take this many times longer under a profiler before it is given up."""
_SPENT = ".spent"
_HIDDEN = {OUT: "\0out\0", GIVEN: "\0given\0"}
_SHOWN = {stands: mark for mark, stands in _HIDDEN.items()}
"""The folders of the tool that is profiled are not the profiler's."""


def profiled(
    host: LocalHost, work: Profilable, wrap: Callable[[Argv], Wrapping], cwd: str, *, page: bool, patience_s: float
) -> ProfiledOutcome:
    """See `Host`."""
    command, put = _target(work, page=page)
    wrapping = wrap(filled(spelled(command.argv, cwd), _HIDDEN))
    with scratch() as out, scratch() as given:
        for name, text in wrapping.provided:
            write_file(given, name, text)
        argv = filled(placed(beside_us(wrapping.argv), out, given), _SHOWN)
        if any("{pid}" in word for word in wrapping.beside):
            argv = (*bare_python("traceable", os.path.join(out, PID)), *argv)
        if wrapping.times > 1 and isinstance(work, RunProcess):
            argv = (*bare_python("exit_code", os.path.join(out, EXIT), str(wrapping.times)), *argv)
        more = ((key, one and placed((one,), out, given)[0]) for key, one in wrapping.env)
        env = (*command.env, *(_added(key, one, command) for key, one in more))
        patience_s = min(patience_s, command.timeout_s * SLOWER * wrapping.times)
        slowly = replace(command, argv=argv, env=env, timeout_s=patience_s, memory_bytes=None)
        watch = Watch(host, wrapping, out, given, cwd, env)
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


def _do(host: LocalHost, work: Profilable, cwd: str, watch: Watch) -> Ended:
    match work:
        case RunProcess(command=command):
            return host.run(command, cwd)
        case LoadServer():
            return host.load(work, cwd, watch.window)
        case RunTool():
            return host.tool(work, cwd, watch.window)


Put = Callable[[Command], Profilable]


def _target(work: Profilable, *, page: bool) -> tuple[Command, Put]:
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


def _added(key: str, value: str | None, command: Command) -> tuple[str, str | None]:
    """A variable of the profiler; options for Node are put behind those that the config gives."""
    own = dict(command.env).get(key, os.environ.get(key) if (key, None) in command.env else None)
    return (key, f"{own} {value}") if key == "NODE_OPTIONS" and own else (key, value)


def _is_sign(name: str) -> bool:
    return name.endswith((LISTENS, WRITTEN, _SPENT))


def _last_words(outcome: Ended) -> str:
    match outcome:
        case ProcessOutcome():
            return last_words(outcome)
        case LoadOutcome(server=ended) | ToolOutcome(process=ended):
            return last_words(ended)


def _as_it_ended(outcome: Ended, files: dict[str, bytes]) -> tuple[Ended, int]:
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
