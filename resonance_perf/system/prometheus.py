"""`python -m resonance_perf.system.prometheus ASKED ANSWER`: ask a Prometheus server, write down what it answers.

Each query has to answer with one series: of several, which one counts would be left to chance. What is written is one
answer as the server would give it, whose series carry the label `query`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from resonance_perf.system.remote import AnswerError, document, write_answer

if TYPE_CHECKING:
    from httpx import Client

MOST_BYTES = 50_000_000
_TOLD = 3
_OTHERWISE = "not Prometheus's"


def main(asked: str, answer: str) -> int:
    """0 when every query has a series; else 1, and a sentence."""
    return write_answer("Prometheus", "prometheus", asked, answer, _asked)


def _asked(told: dict[str, Any], token: str) -> bytes:
    import httpx

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    until = time.time()
    try:
        with httpx.Client(base_url=told["server"], timeout=told["wait_s"], headers=headers) as client:
            series = [_series(client, metric, query, told, until) for metric, query in told["queries"].items()]
    except httpx.TimeoutException as error:
        raise AnswerError(f"no answer within {told['wait_s']:g} s") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise AnswerError(f"it answered with JSON that is {_OTHERWISE}") from error
    whole = {"status": "success", "data": {"resultType": "matrix", "result": series}}
    return json.dumps(whole, separators=(",", ":")).encode()


def _series(client: Client, metric: str, query: str, told: dict[str, Any], until: float) -> dict[str, Any]:
    """The one series that a query answers with, labelled as `metric`.

    Raises:
        AnswerError: when it answers with an error, with none or with several.
        httpx.HTTPError: when it cannot be reached.
    """
    path, when = "query", {"time": f"{until:.3f}"}
    if told["step_s"]:
        start, step = until - told["last_s"], told["step_s"]
        path, when = "query_range", {"start": f"{start:.3f}", "end": f"{until:.3f}", "step": f"{step:g}"}
    found = _posted(client, f"/api/v1/{path}", {"query": query, **when})
    if found["status"] != "success":
        raise AnswerError(f"{metric}: it answered {found.get('errorType')}: {found.get('error')}")
    kind, result = found["data"]["resultType"], found["data"]["result"]
    if kind == "scalar":
        return {"metric": {"query": metric}, "value": result}
    if kind not in ("matrix", "vector"):
        raise AnswerError(f"{metric}: the query answers with a {kind}, which is no series")
    if not result:
        raise AnswerError(f"{metric}: the query finds nothing: is its name right, and was there anything then?")
    if len(result) > 1:
        some = ", ".join(json.dumps(one["metric"]) for one in result[:_TOLD])
        raise AnswerError(
            f"{metric}: the query answers with {len(result)} series: add them up, or choose one of {some}"
        )
    return {**result[0], "metric": {"query": metric}}


def _posted(client: Client, path: str, form: dict[str, str]) -> dict[str, Any]:
    """What it answers as JSON, also with status 400."""
    body = bytearray()
    with client.stream("POST", path, data=form) as answer:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                break
    return document(answer.status_code, bytes(body), _OTHERWISE, MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
