"""A small HTTP server that keeps the web vitals which browsers of real users send."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from resonance_perf.readers.field import line_of

MOST_BODY = 4096
MOST_BYTES = 200_000_000
"""Of one day; what comes after is dropped, so that nobody fills the disk from outside."""
PATIENCE_S = 10.0
_LIBRARY = "browser/probes/web-vitals-6.2.3.attribution.iife.js"


def script() -> bytes:
    """What a page loads: the web-vitals library, and our few lines that send what it finds."""
    system = files("resonance_perf.system")
    return b"\n".join((system / one).read_bytes() for one in (_LIBRARY, "beacon.js"))


class Collector(ThreadingHTTPServer):
    """Appends one line for each vital to a file of its day in `folder`. `port` 0 is a free one."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: str, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.clock, self.lock, self.kept = folder, clock, threading.Lock(), 0
        self.script = script()
        os.makedirs(folder, exist_ok=True)
        super().__init__(address, _Handler)

    def keep(self, body: bytes) -> bool:
        """Write a vital down; False for what is none, or too much."""
        now = self.clock()
        line = line_of(body, now)
        if line is None:
            return False
        path = os.path.join(self.folder, time.strftime("vitals-%Y-%m-%d.ndjson", time.gmtime(now)))
        with self.lock, open(path, "ab") as file:
            if file.tell() + len(line) > MOST_BYTES:
                return False
            file.write(line)
            self.kept += 1
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
        """A vital."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/vitals" or not length.isdecimal() or int(length) > MOST_BODY:
            self.close_connection = True  # the body was not read
            self._answer(400, b"", "text/plain")
            return
        self._answer(204 if self.server.keep(self.rfile.read(int(length))) else 400, b"", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name in the base class
        """Say nothing: addresses of users are nobody's business."""
