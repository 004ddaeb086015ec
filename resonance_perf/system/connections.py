"""The connections of the load to its server: opened as requests need them, kept alive, used again."""

from __future__ import annotations

import errno
import os
import select
import selectors
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from resonance_perf.system.answer import Answer, Connection, Request

MOST_CONNECTIONS = 512
MOST_FRESH = 100
"""Connections that may wait for their first answer: fewer than a usual listen queue holds (128). A server that stalls
accepts none, and a connection that overflows the queue is tried again after a whole second only."""
_CHUNK = 1 << 16


class Connections:
    """Sends GET requests for one URL, each on an idle connection or on a new one.

    `settle` is told how a request ended: with nothing when it was answered, else with how it failed. `again` gets a
    request back that another connection has to send.
    """

    def __init__(self, url: str, settle: Callable[[Request, str], None], again: Callable[[Request], None]) -> None:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = f"Host: {parts.netloc}\r\nUser-Agent: resonance-perf\r\nAccept: */*\r\n"
        self._request = f"GET {target} HTTP/1.1\r\n{fields}\r\n".encode()
        self._family, self._address = _reach(parts.hostname or "127.0.0.1", parts.port or 80)
        self._settle, self._again = settle, again
        self._selector = selectors.DefaultSelector()
        self._idle: list[Connection] = []
        self._open = self._fresh = 0
        self._most = MOST_CONNECTIONS

    @property
    def free(self) -> bool:
        """True when a request could be sent at once."""
        return bool(self._idle) or (self._open < self._most and self._fresh < MOST_FRESH)

    def send(self, request: Request) -> None:
        """Send a request; some connection must be free."""
        if self._idle:
            self._ask(self._idle.pop(), request)
        else:
            self._connect(request)

    def wait(self, most_s: float) -> None:
        """Wait until something comes in, exact to the microsecond: epoll rounds to milliseconds, select(2) does not."""
        select.select([self._selector], [], [], most_s)

    def attend(self) -> None:
        """Take in what has happened on the connections."""
        for key, _ in self._selector.select(0):
            self._happened(key.data)

    def drop(self, connection: Connection, failure: str = "") -> None:
        """Close a connection; the request on it, if any, failed."""
        if connection in self._idle:
            self._idle.remove(connection)
        self._selector.unregister(connection.socket)
        connection.socket.close()
        self._open -= 1
        self._fresh -= not connection.used
        if connection.request is not None:
            self._settle(connection.request, failure)

    def _connect(self, request: Request) -> None:
        """Open a connection for a request."""
        try:
            made = socket.socket(self._family, socket.SOCK_STREAM)
        except OSError as error:  # no more descriptors: make do with the connections that there are
            if self._open:
                self._most = self._open
                self._again(request)
            else:
                self._settle(request, f"cannot connect: {error.strerror}")
            return
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        failed = made.connect_ex(self._address)
        if failed not in (0, errno.EINPROGRESS):
            made.close()
            self._settle(request, f"cannot connect: {os.strerror(failed)}")
            return
        connection = Connection(made, request=request)
        self._selector.register(made, selectors.EVENT_WRITE, connection)
        request.connection = connection
        self._open += 1
        self._fresh += 1

    def _ask(self, connection: Connection, request: Request) -> None:
        connection.request, connection.answer = request, Answer()
        request.connection = connection
        try:
            connection.socket.sendall(self._request)
        except OSError as error:
            self._lost(connection, error.strerror or str(error))

    def _happened(self, connection: Connection) -> None:
        if connection.connecting:
            self._connected(connection)
            return
        try:
            data = connection.socket.recv(_CHUNK)
            connection.answer.feed(data)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(connection, error.strerror or str(error))
            return
        except ValueError as error:
            self.drop(connection, f"bad answer: {error}")
            return
        answer = connection.answer
        if connection.request is None or (not data and not answer.done):
            self._lost(connection, "closed by the server")
        elif answer.done:
            self._settle(connection.request, "" if 200 <= answer.status < 400 else f"status {answer.status}")
            connection.request = None
            if not connection.used:
                connection.used = True
                self._fresh -= 1
            if answer.closes:
                self.drop(connection)
            else:
                self._idle.append(connection)

    def _connected(self, connection: Connection) -> None:
        failed = connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            self.drop(connection, f"cannot connect: {os.strerror(failed)}")
            return
        connection.connecting = False
        self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        assert connection.request is not None
        self._ask(connection, connection.request)

    def _lost(self, connection: Connection, why: str) -> None:
        """The connection ended. A server may close an idle one while a request is on its way: that is asked again."""
        request = connection.request
        if request is None or not connection.used or connection.answer.started:
            self.drop(connection, f"connection lost: {why}")
        else:
            connection.request = request.connection = None
            self._again(request)
            self.drop(connection)


def _reach(host: str, port: int) -> tuple[int, tuple[str | int | bytes, ...]]:
    """The family and address of the host that answers (localhost has two); the first if none does."""
    try:
        with socket.create_connection((host, port), timeout=1) as probe:
            return probe.family, probe.getpeername()
    except OSError:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return family, address
