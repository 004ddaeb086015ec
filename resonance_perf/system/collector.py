"""A small HTTP server that keeps the web vitals which browsers of real users send, and the metrics of programs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from resonance_perf.readers.field import line_of
from resonance_perf.system import otlp

MOST_BODY = 4096
MOST_BYTES = 200_000_000
"""Of one day; what comes after is dropped, so that nobody fills the disk from outside."""
PATIENCE_S = 10.0
_LIBRARY = "browser/probes/web-vitals-6.2.3.attribution.iife.js"
_FULL = 429


def script() -> bytes:
    """What a page loads: the web-vitals library, and our few lines that send what it finds."""
    system = files("resonance_perf.system")
    return b"\n".join((system / one).read_bytes() for one in (_LIBRARY, "beacon.js"))


class Collector(ThreadingHTTPServer):
    """Appends one line for each vital, and for each export of metrics, to a file of its day in `folder`. `port` 0 is a
    free one."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: str, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.clock, self.lock = folder, clock, threading.Lock()
        self.vitals = self.exports = 0
        self.script = script()
        os.makedirs(folder, exist_ok=True)
        super().__init__(address, _Handler)

    def keep(self, body: bytes) -> bool:
        """Write a vital down; False for what is none, or too much."""
        now = self.clock()
        line = line_of(body, now)
        if line is None or not self._append("vitals", line, now):
            return False
        self.vitals += 1
        return True

    def keep_metrics(self, body: bytes, kind: str, encoding: str) -> None:
        """Write an export of metrics down.

        Raises:
            RefusedError: when it is none, or too much.
        """
        if not self._append("metrics", otlp.line_of(body, kind, encoding), self.clock()):
            raise otlp.RefusedError(_FULL)
        self.exports += 1

    def _append(self, what: str, line: bytes, now: float) -> bool:
        path = os.path.join(self.folder, time.strftime(f"{what}-%Y-%m-%d.ndjson", time.gmtime(now)))
        with self.lock, open(path, "ab") as file:
            if file.tell() + len(line) > MOST_BYTES:
                return False
            file.write(line)
        return True


class _Handler(BaseHTTPRequestHandler):
    server: Collector
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """The script; nothing else is here."""
        if self.path == "/vitals.js":
            self._answer(200, self.server.script, "text/javascript; charset=utf-8")
        else:
            self._answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        """A vital, or an export of metrics."""
        most = {"/vitals": MOST_BODY, "/v1/metrics": otlp.MOST_BODY}.get(self.path)
        length = self.headers.get("Content-Length", "")
        if most is None or not length.isdecimal() or len(length) > len(str(most)) or int(length) > most:
            self.close_connection = True  # the body was not read
            self._answer(400 if most is None or not length.isdecimal() else 413, b"", "text/plain")
        elif self.path == "/vitals":
            self._answer(204 if self.server.keep(self.rfile.read(int(length))) else 400, b"", "text/plain")
        else:
            self._metrics(self.rfile.read(int(length)))

    def _metrics(self, body: bytes) -> None:
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        try:
            self.server.keep_metrics(body, kind, self.headers.get("Content-Encoding", "").strip().lower())
        except otlp.RefusedError as error:
            self._answer(error.status, b"", "text/plain")
            return
        self._answer(200, b"{}" if kind == otlp.JSON else b"", kind)

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        if not self.path.startswith("/v1/"):  # a page of anybody may send vitals, and read the script
            self.send_header("Access-Control-Allow-Origin", "*")
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the base class
        """Say nothing: addresses of users are nobody's business."""
