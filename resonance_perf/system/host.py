"""This machine, as the runner needs it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import Self
from urllib.parse import urlsplit

from resonance_perf.drivers.ending import describe_end
from resonance_perf.model.benchmark import Argv
from resonance_perf.model.counted import from_json
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome, ProfiledOutcome, SizeOutcome, ToolOutcome
from resonance_perf.model.profiling import LONGEST_S, Wrapping
from resonance_perf.model.work import Command, Load, LoadServer, Profilable, RunTool, SizeFiles
from resonance_perf.system.latencies import MOST_EXACT
from resonance_perf.system.lookup import spelled
from resonance_perf.system.placeholders import PORT, loaded_on, placed, used_on
from resonance_perf.system.process import Launcher, bare_python
from resonance_perf.system.scratch import read_files, scratch, sweep, write_file
from resonance_perf.system.serving import Window, free_port, listens, serve
from resonance_perf.system.sizes import Known, measure_sizes

TRIES = 3
STEPS = 24
"""The search for a knee takes fewer: 14 doublings from 1/s to 10,000/s, and 4 to come close."""
_IN_USE = re.compile(rb"address already in use|EADDRINUSE|port \S+ .*\bin use", re.IGNORECASE)
_NOT_KNOWN = ProcessOutcome(argv=())
"""Stands for the outcome of a program that did not run, or of a server that still does."""


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

    def __exit__(self, *_: object) -> None:
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

    def tool(self, work: RunTool, cwd: str, window: Window = nullcontext) -> ToolOutcome:
        """See `Host`. Where it has a server, the `window` is around the tool.

        Raises:
            BenchmarkError: when it left more than may be read.
        """
        if work.server is None:
            return self._use(work, cwd)
        here = used_on(work, free_port())
        served = serve(self._servers, here, cwd, lambda: self._use(here, cwd), window)
        return replace(served.found or ToolOutcome(process=_NOT_KNOWN), problem=served.problem() or served.ended.error)

    def load(self, work: LoadServer, cwd: str, window: Window = nullcontext) -> LoadOutcome:
        """See `Host`. A port that somebody else took between our look and the server's is tried again."""
        for _ in range(TRIES):
            here = loaded_on(work, free_port())
            outcome = self._load_once(here, cwd, window)
            taken = outcome.problem and _IN_USE.search(outcome.server.stderr + outcome.server.stdout)
            if here == work or not taken:
                break
        return outcome

    def spelled(self, argv: Argv, cwd: str = ".") -> Argv:
        """See `Host`."""
        return spelled(argv, cwd)

    def profiled(
        self, work: Profilable, wrap: Callable[[Argv], Wrapping], cwd: str, *,
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

    def _load_once(self, work: LoadServer, cwd: str, window: Window) -> LoadOutcome:
        at = urlsplit(work.ready_url)
        if listens(at.hostname or "127.0.0.1", at.port or 80):
            nobody = ProcessOutcome(argv=work.server.argv, error="it was not started")
            problem = f"something else already answers at {at.netloc}: stop it, or write {PORT} in serve and url"
            return LoadOutcome(server=nobody, problem=problem)
        served = serve(self._servers, work, cwd, lambda: self._observed(work, cwd), window)
        found = served.found or LoadOutcome(server=_NOT_KNOWN)
        when = "before it was ready" if served.found is None else "under the load"
        problem = served.problem(f"{when} the server") or found.problem or served.ended.error
        return replace(found, server=served.ended, problem=problem)

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
            return LoadOutcome(server=_NOT_KNOWN, problem=f"the client that makes the load {describe_end(client)}")
        found = json.loads(client.stdout)
        found["latencies_ms"] = from_json(found["latencies_ms"])
        found["failures"] = tuple((what, count) for what, count in found["failures"])
        return LoadOutcome(server=_NOT_KNOWN, **found)
