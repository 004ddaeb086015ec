"""The API and the page over HTTP/1.1, a thread per connection."""

from __future__ import annotations

import json
import sqlite3
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any

from shop import api
from shop.pool import Pool

WEB = Path(__file__).resolve().parent.parent / "web"
# Not from `mimetypes`: that one answers as the machine is set up, and browsers refuse a module that is not JavaScript.
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class Shop(ThreadingTCPServer):
    """Listens as soon as it is made; OSError if the address is taken."""

    # Not http.server's class: that one asks the name service for its own name, which can take seconds.
    allow_reuse_address = True
    daemon_threads = True
    # The default of 5 drops connections that come in one burst, and a dropped one comes again after a second.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], pool: Pool, verbose: bool = False) -> None:
        self.pool = pool
        self.verbose = verbose
        # Only what is listed here is served: no path of a request ever reaches the file system.
        self.files = {f"/{path.relative_to(WEB).as_posix()}": path for path in WEB.rglob("*") if path.suffix in KINDS}
        self.files["/"] = WEB / "index.html"
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that hang up in the middle: they may."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection of one client."""

    server: Shop
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Head and body must leave together: as two small segments they meet delayed acknowledgement and wait 40 ms.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            # Nobody reads this body, and left on the connection it would be taken for the next request.
            self.close_connection = True
        path = self.server.files.get(self.path.partition("?")[0])
        if path:
            self.reply(HTTPStatus.OK, KINDS[path.suffix], path.read_bytes())
            return
        try:
            with self.server.pool.connection() as db:
                status, value = HTTPStatus.OK, api.answer(db, self.path)
        except api.ApiError as error:
            status, value = error.status, {"error": str(error)}
        except sqlite3.Error as error:
            print(f"shop: {self.path}: {error}", file=sys.stderr)
            status, value = HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "the database cannot be read"}
        self.reply_json(status, value)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what http.server itself refuses (a broken request line, another method) as JSON too."""
        # The rest of such a request may still be on its way and must not be read as the next one.
        self.close_connection = True
        self.reply_json(HTTPStatus(code), {"error": message or HTTPStatus(code).phrase})

    def reply_json(self, status: HTTPStatus, value: dict[str, Any]) -> None:
        self.reply(status, "application/json", json.dumps(value, separators=(",", ":")).encode())

    def reply(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        if self.server.verbose:
            super().log_message(format, *args)
