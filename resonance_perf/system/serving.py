"""A server that lives while something is done with it: started, waited for, stopped with its whole process group."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from resonance_perf.drivers.ending import describe_end, last_words
from resonance_perf.model.outcome import ProcessOutcome
from resonance_perf.model.work import LoadServer, RunTool
from resonance_perf.system.process import Launcher, Running

POLL_S = 0.01
ANSWER_S = 2.0
"""How long one question whether the server is ready waits for its answer."""

Window = Callable[[str], AbstractContextManager[object]]
"""Entered, with the URL of the server that is ready, before it is used, and left after that."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Served(Generic[T]):
    """What was found while the server was there, None where it never was ready; and how the server ended.

    `died` is set when it ended by itself; `unready` is a sentence when it was not ready in time.
    """

    found: T | None
    ended: ProcessOutcome
    died: ProcessOutcome | None
    unready: str

    def problem(self, server: str = "the server") -> str:
        """What the server did not do, as a sentence that calls it `server`; nothing when it did its part."""
        if self.died is not None:
            return self.died.error or f"{server} {describe_end(self.died)}"
        said = last_words(self.ended) if self.unready else ""
        return f"{self.unready}: {said}" if said else self.unready


def serve(servers: Launcher, work: LoadServer | RunTool, cwd: str, use: Callable[[], T], window: Window) -> Served[T]:
    """Start the server of the work in `cwd`, `use` it within the `window` once it is ready, stop it.

    Raises:
        StoppedError: when the launcher was asked to stop; the server is stopped, too.
    """
    assert work.server is not None
    server, found = servers.start(work.server, cwd), None
    try:
        unready = _wait_until_ready(servers, server, work)
        if not unready:
            with window(work.ready_url):
                found = use()
        died = server.finished(0)
    finally:
        ended = server.stop()
    return Served(found, ended, died, unready)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens to at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(host: str, port: int) -> bool:
    """True when somebody accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=ANSWER_S).close()
    except OSError:
        return False
    return True


def _wait_until_ready(servers: Launcher, server: Running, work: LoadServer | RunTool) -> str:
    """Wait until the server answers with a status of 2xx; a sentence when it does not."""
    until = time.monotonic() + work.ready_timeout_s
    while (answer := _ask(work.ready_url)) != "ready":
        servers.check_stop()
        if server.finished(POLL_S) is not None:
            return "the server ended"
        if time.monotonic() > until:
            return f"the server was not ready within {work.ready_timeout_s:g} s: {work.ready_url} {answer}"
    return ""


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
