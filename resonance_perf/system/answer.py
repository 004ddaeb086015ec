"""One HTTP/1.1 connection of the load client, and the response that comes in on it."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field


class Answer:
    """Reads one response from pieces of any size; `status` once the head is there, `done` when it is whole."""

    def __init__(self) -> None:
        self.status = 0
        self.done = False
        self.closes = False
        self.started = False
        self._buffer = b""
        self._left: int | None = -1
        """Bytes of the body to come; -1 while the head is read, None when only the end of the connection tells."""
        self._chunked = False

    def feed(self, data: bytes) -> None:
        """Take in what came; nothing means that the connection ended. Raises ValueError when it is not HTTP."""
        self.started = self.started or bool(data)
        if not data:
            self.closes, self.done = True, self._left is None
            return
        self._buffer += data
        while self._left == -1 and b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._read_head(head)
        if self._left == -1:
            return
        if self._chunked:
            self._read_chunks()
        elif self._left is None:
            self._buffer = b""
        else:
            self._left -= len(self._buffer)
            self._buffer = b""
            self.done = self._left <= 0

    def _read_head(self, head: bytes) -> None:
        first, *lines = head.split(b"\r\n")
        version, code = first.split(None, 2)[:2] if first.count(b" ") else (b"", b"")
        if not version.startswith(b"HTTP/1."):
            raise ValueError("the answer is not HTTP/1.1")
        self.status = int(code)
        pairs = (line.lower().partition(b":") for line in lines)
        fields = {name.strip(): value.strip() for name, _, value in pairs}
        connection = fields.get(b"connection", b"")
        self.closes = b"close" in connection or (version == b"HTTP/1.0" and b"keep-alive" not in connection)
        if self.status < 200:
            return  # an interim response: the real one follows
        self._chunked = b"chunked" in fields.get(b"transfer-encoding", b"")
        if self._chunked or self.status in (204, 304):
            self._left = 0
        elif b"content-length" in fields:
            self._left = int(fields[b"content-length"])
        else:
            self._left, self.closes = None, True

    def _read_chunks(self) -> None:
        """`_left` counts the rest of the current chunk with its line end; 0 where the next size is expected."""
        while self._buffer and not self.done:
            if self._left:
                taken = min(self._left, len(self._buffer))
                self._left -= taken
                self._buffer = self._buffer[taken:]
                continue
            line, end, rest = self._buffer.partition(b"\r\n")
            if not end:
                return
            size = int(line.partition(b";")[0], 16)
            if size == 0:  # trailers, if any, and an empty line
                self.done = rest.startswith(b"\r\n") or b"\r\n\r\n" in rest
                return
            self._left, self._buffer = size + 2, rest


@dataclass(eq=False, slots=True)
class Request:
    """A request of the load; `due` is a time of the clock that counts, `connection` where it is under way. One of the
    warm-up does not count."""

    due: float
    counts: bool
    connection: Connection | None = None
    settled: bool = False
    took_ms: float | None = None


@dataclass(eq=False, slots=True)
class Connection:
    """A keep-alive connection; `request` is the one under way, None while it is idle."""

    socket: socket.socket
    connecting: bool = True
    request: Request | None = None
    answer: Answer = field(default_factory=Answer)
    used: bool = False
