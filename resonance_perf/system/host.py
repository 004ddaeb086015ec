"""This machine, as the runner needs it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from urllib.parse import urlsplit

from resonance_perf.model.benchmark import Argv
from resonance_perf.model.work import Command, Load, LoadOutcome, LoadServer, ProcessOutcome, SizeFiles, SizeOutcome
from resonance_perf.system import load as load_script
from resonance_perf.system.process import Launcher, StoppedError
from resonance_perf.system.sizes import measure_sizes

PORT = "{port}"
TRIES = 3
POLL_S = 0.01


class LocalHost:
    """Runs programs, servers under load, and looks at files. A context manager: leaving it ends what still runs."""

    def __init__(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._should_stop = should_stop
        self._programs = Launcher(should_stop)
        self._clients = Launcher(should_stop)
        self._sizes: dict[bytes, tuple[int, int]] = {}

    def __enter__(self) -> LocalHost:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._programs.close()
        self._clients.close()

    def run(self, command: Command, cwd: str) -> ProcessOutcome:
        """See `Host`.

        Raises:
            StoppedError: when told to stop.
        """
        return self._programs.run(command, cwd)

    def size(self, work: SizeFiles, cwd: str) -> SizeOutcome:
        """See `Host`.

        Raises:
            BenchmarkError: when there is nothing to measure.
        """
        return measure_sizes(work, cwd, self._sizes)

    def load(self, work: LoadServer, cwd: str) -> LoadOutcome:
        """See `Host`. A port that somebody else took between our look and the server's is tried again.

        Raises:
            StoppedError: when told to stop.
        """
        for attempt in range(TRIES):
            placed = _with_port(work, _free_port())
            outcome = self._load_once(placed, cwd)
            in_use = b"in use" in outcome.server.stderr + outcome.server.stdout
            if not (outcome.problem and in_use and placed != work) or attempt == TRIES - 1:
                break
        return outcome

    def _load_once(self, work: LoadServer, cwd: str) -> LoadOutcome:
        if _answers(work.ready_url):
            nobody = ProcessOutcome(argv=work.server.argv, error="it was not started")
            at = urlsplit(work.ready_url).netloc
            return LoadOutcome(
                server=nobody,
                problem=f"something else answers at {at} already; stop it, or write {{port}} in the config",
            )
        failed = self._programs.start(work.server, cwd)
        if failed is not None:
            return LoadOutcome(server=failed, problem=failed.error)
        try:
            ready = self._wait_until_ready(work)
            found = self._apply(work.load, cwd) if ready else None
            died = self._programs.has_ended()
        except StoppedError:
            self._programs.stop(work.server)
            raise
        server = self._programs.stop(work.server)
        if found is None:
            return LoadOutcome(server=server, problem=_not_ready(work, server, died))
        if isinstance(found, ProcessOutcome):
            said = found.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            return LoadOutcome(server=server, problem=f"the load could not be made: {found.error or ' '.join(said)}")
        return replace(found, server=server, problem="the server died under the load" if died else "")

    def _wait_until_ready(self, work: LoadServer) -> bool:
        until = time.monotonic() + work.ready_timeout_s
        while not _answers(work.ready_url):
            if self._should_stop():
                raise StoppedError("stopped")
            if self._programs.has_ended() or time.monotonic() > until:
                return False
            time.sleep(POLL_S)
        return True

    def _apply(self, load: Load, cwd: str) -> LoadOutcome | ProcessOutcome:
        spec = {
            "url": load.url, "rate": load.rate, "warmup_s": load.warmup_s, "duration_s": load.duration_s,
            "timeout_s": load.timeout_s,
        }  # fmt: skip
        argv: Argv = (sys.executable, "-I", "-S", load_script.__file__, json.dumps(spec))
        limit = load.warmup_s + load.duration_s + load.timeout_s + 30
        client = self._clients.run(Command(argv=argv, timeout_s=limit, output_bytes=1 << 30), cwd)
        if not client.ok:
            return client
        found = json.loads(client.stdout)
        found["latencies_ms"] = tuple(found["latencies_ms"])
        found["failures"] = tuple((what, count) for what, count in found["failures"])
        return LoadOutcome(server=client, **found)


def _with_port(work: LoadServer, port: int) -> LoadServer:
    def put(text: str) -> str:
        return text.replace(PORT, str(port))

    return replace(
        work,
        server=replace(work.server, argv=tuple(map(put, work.server.argv))),
        ready_url=put(work.ready_url),
        load=replace(work.load, url=put(work.load.url)),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    """True when the URL answers with a status that is not an error."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=2)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _not_ready(work: LoadServer, server: ProcessOutcome, died: bool) -> str:
    said = server.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
    words = f": {' / '.join(said)}" if said else ""
    name = os.path.basename(work.server.argv[0])
    if died:
        how = f"signal {server.signal}" if server.signal else f"exit code {server.exit_code}"
        return f"the server ({name}) ended with {how} before it was ready{words}"
    return f"the server ({name}) did not answer at {work.ready_url} within {work.ready_timeout_s:g} s{words}"
