"""Fetch what a server answers into a file, as a program: `python -m resonance_perf.system.fetch URL FILE [HINT]`.

Only from this machine. An answer that is none is a sentence, with the hint, and exit code 1. An answer that was asked
for is waited for, whatever ends meanwhile.
"""

from __future__ import annotations

import os
import signal
import sys
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

MOST_BYTES = 256_000_000
TIMEOUT_S = 60.0
"""A profile is answered when its seconds are over."""
_HERE = ("127.0.0.1", "localhost", "::1")


def main(url: str, file: str, hint: str = "") -> int:
    """Fetch it; the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    problem = fetched(url, file)
    if problem:
        print(f"{problem}. {hint}".rstrip(), file=sys.stderr)
    return 1 if problem else 0


def fetched(url: str, file: str) -> str:
    """Write the answer to the file, whole or not at all; what went wrong, as a sentence without its end, or nothing."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _HERE:
        return f"{url} is not on this machine"
    try:
        with build_opener(ProxyHandler({}), Stay).open(url, timeout=TIMEOUT_S) as answer:
            data = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        return f"{parts.path} answers {error.code}"
    except (URLError, OSError, HTTPException) as error:
        return f"{parts.path} does not answer: {getattr(error, 'reason', error)}"
    if len(data) > MOST_BYTES:
        return f"{parts.path} answers more than {MOST_BYTES // 1_000_000} MB"
    with open(f"{file}.part", "wb") as out:
        out.write(data)
    os.replace(f"{file}.part", file)
    return ""


class Stay(HTTPRedirectHandler):
    """Follows no redirect: it could lead anywhere."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:  # fmt: skip
        """None: it is an error."""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
