"""A Pyroscope server, or any other that answers with a profile: asked, and sent one.

`PYROSCOPE_AUTH_TOKEN` and `PYROSCOPE_TENANT_ID` are sent along, as its agents do. A redirect is not followed: it could
take the token elsewhere.
"""

from __future__ import annotations

import os
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from resonance_perf.model.errors import ResonanceError, UsageError
from resonance_perf.system.fetch import Stay

MOST_BYTES = 256_000_000
TIMEOUT_S = 120.0
PUSH = "/push.v1.PusherService/Push"
_HEADERS = {"PYROSCOPE_AUTH_TOKEN": "Authorization", "PYROSCOPE_TENANT_ID": "X-Scope-OrgID"}


class ServerError(ResonanceError):
    """The server did not do what it was asked for."""


def asked(url: str) -> bytes:
    """What the server answers to the URL.

    Raises:
        ServerError: when it does not, or with too much.
    """
    return _exchanged(Request(_checked(url), headers=_headers()))  # noqa: S310  # checked


def push(address: str, body: bytes) -> None:
    """Send the body of a push, zipped, to the server at this address.

    Raises:
        ServerError: when it does not take it.
    """
    told = {"Content-Type": "application/proto", "Content-Encoding": "gzip", "Connect-Protocol-Version": "1"}
    url = _checked(address.rstrip("/") + PUSH)
    _exchanged(Request(url, data=body, headers=told | _headers(), method="POST"))  # noqa: S310  # checked


def _headers() -> dict[str, str]:
    found = {header: os.environ[name] for name, header in _HEADERS.items() if os.environ.get(name)}
    if "Authorization" in found:
        found["Authorization"] = f"Bearer {found['Authorization']}"
    return found


def _checked(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"{url} is no address of a server", hint="It begins with http:// or https://.")
    return url


def _exchanged(request: Request) -> bytes:
    shown = urlsplit(request.full_url)
    where = f"{shown.hostname}{shown.path}"
    try:
        with build_opener(Stay).open(request, timeout=TIMEOUT_S) as answer:
            data: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        said = error.read(200).decode("utf-8", "replace").strip()
        raise ServerError(f"{where} answers {error.code}{': ' if said else ''}{said}") from error
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise ServerError(f"{where} does not answer: {getattr(error, 'reason', error)}") from error
    if len(data) > MOST_BYTES:
        raise ServerError(f"{where} answers more than {MOST_BYTES // 1_000_000} MB", hint="Ask for a shorter time.")
    return data
