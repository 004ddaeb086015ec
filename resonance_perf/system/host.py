"""This machine, as the runner needs it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import sys
import sysconfig
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from resonance_perf.drivers.command import describe_end, last_lines
from resonance_perf.model.benchmark import Argv
from resonance_perf.model.counted import from_json
from resonance_perf.model.profiling import LONGEST_S, Wrapping
from resonance_perf.model.work import (
    Command,
    Load,
    LoadOutcome,
    LoadServer,
    ProcessOutcome,
    ProfiledOutcome,
    RunProcess,
    RunTool,
    SizeFiles,
    SizeOutcome,
    ToolOutcome,
)
from resonance_perf.system.latencies import MOST_EXACT
from resonance_perf.system.process import Launcher, Running, bare_python
from resonance_perf.system.scratch import read_files, scratch, sweep, write_file
from resonance_perf.system.sizes import Known, measure_sizes

PORT, OUT, GIVEN, PYTHON, PACKAGES = "{port}", "{out}", "{given}", "{python}", "{packages}"
TRIES = 3
STEPS = 24
"""The search for a knee takes fewer: 14 doublings from 1/s to 10,000/s, and 4 to come close."""
POLL_S = 0.01
ANSWER_S = 2.0
"""How long one question whether the server is ready waits for its answer."""
Window = Callable[[str], AbstractContextManager[None]]
"""Entered, with the URL of the server that is ready, before the load, and left after it."""
_IN_USE = re.compile(rb"address already in use|EADDRINUSE|port \S+ .*\bin use", re.IGNORECASE)


def _no_window(_url: str) -> AbstractContextManager[None]:
    """Nothing is done around the load."""
    return nullcontext()


class LocalHost:
    """Runs programs, servers under load, and looks at files. A context manager: entering it sweeps up what killed ones
    have left, leaving it ends what still runs.

    Every method raises StoppedError soon after `should_stop` has become true.
    """

    def __init__(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._should_stop = should_stop
        self._programs = Launcher(should_stop)
        self._servers = Launcher(should_stop)
        self._sizes: Known = {}

    def launcher(self) -> Launcher:
        """Another one, for what is run beside; it stops when we are asked to."""
        return Launcher(self._should_stop)

    @property
    def stopped(self) -> bool:
        """True when we were asked to stop."""
        return self._should_stop()

    def __enter__(self) -> Self:
        sweep()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._programs.close()
        self._servers.close()

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        """See `Host`."""
        return self._programs.run(command, cwd)

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        """See `Host`.

        Raises:
            BenchmarkError: when there is nothing to measure.
        """
        return measure_sizes(work, cwd, self._sizes, self._programs.check_stop)

    def tool(self, work: RunTool, cwd: str, window: Window = _no_window) -> ToolOutcome:
        """See `Host`. Where it has a server, the `window` is around the tool.

        Raises:
            BenchmarkError: when it left more than may be read.
        """
        if work.server is None:
            return self._use(work, cwd)
        work = _on_port(work, str(_free_port()))
        assert work.server is not None
        server = self._servers.start(work.server, cwd)
        try:
            problem = self._wait_until_ready(server, work)
            if problem:
                found = ToolOutcome(process=_UNKNOWN)
            else:
                with window(work.ready_url):
                    found = self._use(work, cwd)
            died = server.finished(0)
        finally:
            ended = server.stop()
        if died is not None:
            problem = died.error or f"the server {describe_end(died)}"
        elif problem and (said := last_lines(ended.stderr) or last_lines(ended.stdout)):
            problem += f": {said}"
        return replace(found, problem=problem or ended.error)

    def spelled(self, argv: Argv, cwd: str = ".") -> Argv:
        """See `Host`."""
        from resonance_perf.system.profiled import spelled

        return spelled(argv, cwd)

    def profiled(
        self, work: RunProcess | LoadServer | RunTool, wrap: Callable[[Argv], Wrapping], cwd: str, *,
        page: bool = False, patience_s: float = LONGEST_S,
    ) -> ProfiledOutcome:  # fmt: skip
        """See `Host`."""
        from resonance_perf.system.profiled import profiled  # few runs need it

        return profiled(self, work, wrap, cwd, page=page, patience_s=patience_s)

    def _use(self, work: RunTool, cwd: str) -> ToolOutcome:
        with scratch() as folder, scratch() as given:
            for name, text in work.provided:
                write_file(given, name, text)
            first = replace(work.command, argv=placed(work.command.argv, folder, given))
            process, then = self.run(first, cwd), None
            if process.ok and work.then:
                then = self.run(replace(first, argv=placed(work.then, folder, given)), cwd)
            return ToolOutcome(process=process, then=then, files=read_files(folder))

    def load(self, work: LoadServer, cwd: str, window: Window = _no_window) -> LoadOutcome:
        """See `Host`. A port that somebody else took between our look and the server's is tried again."""
        for _ in range(TRIES):
            here = _with_port(work, _free_port())
            outcome = self._load_once(here, cwd, window)
            taken = outcome.problem and _IN_USE.search(outcome.server.stderr + outcome.server.stdout)
            if here == work or not taken:
                break
        return outcome

    def _load_once(self, work: LoadServer, cwd: str, window: Window) -> LoadOutcome:
        at = urlsplit(work.ready_url)
        if _listens(at.hostname or "127.0.0.1", at.port or 80):
            nobody = ProcessOutcome(argv=work.server.argv, error="it was not started")
            problem = f"something else already answers at {at.netloc}: stop it, or write {PORT} in serve and url"
            return LoadOutcome(server=nobody, problem=problem)
        server = self._servers.start(work.server, cwd)
        try:
            problem = self._wait_until_ready(server, work)
            if problem:
                found = LoadOutcome(server=_UNKNOWN)
            else:
                with window(work.ready_url):
                    found = self._observed(work, cwd)
            died = server.finished(0)
        finally:
            ended = server.stop()
        if died is not None:
            when = "before it was ready" if problem else "under the load"
            problem = died.error or f"{when} the server {describe_end(died)}"
        elif problem and (said := last_lines(ended.stderr) or last_lines(ended.stdout)):
            problem += f": {said}"
        return replace(found, server=ended, problem=problem or found.problem or ended.error)

    def _wait_until_ready(self, server: Running, work: LoadServer | RunTool) -> str:
        """Wait until the server answers; a sentence when it does not."""
        until = time.monotonic() + work.ready_timeout_s
        while (answer := _ask(work.ready_url)) != "ready":
            self._servers.check_stop()
            if server.finished(POLL_S) is not None:
                return "the server ended"
            if time.monotonic() > until:
                return f"the server was not ready within {work.ready_timeout_s:g} s: {work.ready_url} {answer}"
        return ""

    def _observed(self, work: LoadServer, cwd: str) -> LoadOutcome:
        """Apply the load; where there is a probe, look before and after."""
        if work.probe is None:
            return self._apply(work.load, cwd)
        probe = replace(work.probe, argv=placed(work.probe.argv, "", ""))
        before, found = self.run(probe, cwd), self._apply(work.load, cwd)
        return replace(found, probes=(before, self.run(probe, cwd)))

    def _apply(self, load: Load, cwd: str) -> LoadOutcome:
        requests = round(max(load.rate, load.peak) * load.duration_s)
        room = 60 * min(requests, MOST_EXACT) + 10_000  # bytes of JSON per latency or size of one, and the rest
        limit = (load.warmup_s + load.duration_s + load.timeout_s) * (STEPS if load.limit_ms else 1) + 30
        argv = bare_python("load", json.dumps(asdict(load)))
        client = self._programs.run(Command(argv=argv, timeout_s=limit, output_bytes=2 * room), cwd)
        if not client.ok:
            return LoadOutcome(server=_UNKNOWN, problem=f"the client that makes the load {describe_end(client)}")
        found = json.loads(client.stdout)
        found["latencies_ms"] = from_json(found["latencies_ms"])
        found["failures"] = tuple((what, count) for what, count in found["failures"])
        return LoadOutcome(server=_UNKNOWN, **found)


_UNKNOWN = ProcessOutcome(argv=())
"""Stands for the outcome of a server that still runs."""


def _with_port(work: LoadServer, port: int) -> LoadServer:
    def put(text: str) -> str:
        return text.replace(PORT, str(port))

    return replace(
        work,
        server=replace(work.server, argv=tuple(map(put, work.server.argv))),
        ready_url=put(work.ready_url),
        load=replace(work.load, url=put(work.load.url)),
    )


def _on_port(work: RunTool, port: str) -> RunTool:
    def put(argv: Argv) -> Argv:
        return tuple(word.replace(PORT, port) for word in argv)

    assert work.server is not None
    return replace(
        work,
        command=replace(work.command, argv=put(work.command.argv)),
        server=replace(work.server, argv=put(work.server.argv)),
        then=put(work.then),
        provided=tuple((name, text.replace(PORT, port)) for name, text in work.provided),
        ready_url=work.ready_url.replace(PORT, port),
    )


def placed(argv: Argv, folder: str, given: str) -> Argv:
    """The words with the folders where a tool leaves and finds its files, and with our interpreter and its packages."""
    places = {OUT: folder, GIVEN: given, PYTHON: sys.executable, PACKAGES: sysconfig.get_path("purelib")}
    for mark, place in places.items():
        argv = tuple(word.replace(mark, place) for word in argv)
    return argv


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except OSError:
        return False
    return True


def _ask(url: str) -> str:
    """`ready` when the URL answers 2xx, else what it did instead."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=ANSWER_S)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        status = connection.getresponse().status
    except TimeoutError:
        return f"gave no answer in {ANSWER_S:g} s"
    except OSError:
        return "could not be reached"
    except http.client.HTTPException:
        return "answered something that is not HTTP"
    finally:
        connection.close()
    return "ready" if 200 <= status < 300 else f"answered with status {status}"
