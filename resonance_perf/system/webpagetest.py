"""`python -m resonance_perf.system.webpagetest TEST RESULT`: have a WebPageTest server test a page, write down what it
found.

The key of its API comes from an environment variable and goes into a header: arguments, addresses and messages are kept
by more programs than ours.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from resonance_perf.system.remote import AnswerError, document, write_answer

if TYPE_CHECKING:
    from httpx import Client

FIRST_PAUSE_S, MOST_PAUSE_S = 1.0, 15.0
"""The second question comes soon, for a server that has nothing else to do; later ones come rarely."""
REQUEST_S = 30.0
MOST_BYTES = 200_000_000
_OK, _OWN_FAULT = 200, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long to wait for a result, and by which clock."""

    deadline_s: float
    clock: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)


def main(test: str, result: str) -> int:
    """0 when there is a result, be it one that says why it is none; else 1, and a sentence."""
    return write_answer("WebPageTest", "webpagetest", test, result, _asked)


def _asked(told: dict[str, Any], key: str) -> bytes:
    import httpx

    with httpx.Client(base_url=told["server"], timeout=REQUEST_S) as client:
        return measure(client, told["parameters"], key, Waiting(deadline_s=told["wait_s"]))


def measure(client: Client, parameters: dict[str, str], key: str, waiting: Waiting) -> bytes:
    """The server's JSON for a test that is over.

    Raises:
        AnswerError: when it takes no test, or is not done in time.
        httpx.HTTPError: when it cannot be reached to start one.
    """
    until = waiting.clock() + waiting.deadline_s
    headers = {"X-WPT-API-KEY": key} if key else {}
    answer = client.post("/runtest.php", data={**parameters, "f": "json"}, headers=headers)
    started = document(answer.status_code, answer.content, "no result", MOST_BYTES)
    if started.get("statusCode") != _OK:
        raise AnswerError(f"it took no test: {_said(started)}")
    test, pause = str(started["data"]["testId"]), FIRST_PAUSE_S
    while True:
        content, state = _result(client, test)
        if content is not None:
            return content
        left = until - waiting.clock()
        if left <= 0:
            raise AnswerError(f"the test {test} was not done within {waiting.deadline_s:g} s: {state}")
        waiting.sleep(min(pause, left))
        pause = min(1.5 * pause, MOST_PAUSE_S)


def _result(client: Client, test: str) -> tuple[bytes | None, str]:
    """(the result, ""), or (None, what is known of it). A server that fails for a moment still has the test."""
    import httpx

    try:
        answer = client.get("/jsonResult.php", params={"test": test})
    except httpx.TransportError as error:
        return None, str(error)
    if answer.status_code >= _OWN_FAULT:
        return None, f"it answered with status {answer.status_code}"
    found = document(answer.status_code, answer.content, "no result", MOST_BYTES)
    if 100 <= found.get("statusCode", _OK) < _OK:
        return None, _said(found)
    return answer.content, ""


def _said(found: dict[str, Any]) -> str:
    return str(found.get("statusText") or f"status {found.get('statusCode')}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
