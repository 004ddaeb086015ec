"""`python -m resonance_perf.system.prometheus ASKED ANSWER`: ask a Prometheus server, write down what it answers.

Each query has to answer with one series: of several, which one counts would be left to chance. What is written is one
answer as the server would give it, whose series carry the label `query`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx import Client

MOST_BYTES = 50_000_000
_TOLD = 3


class AnswerError(Exception):
    """A sentence: why there is nothing to use."""


def main(asked: str, answer: str) -> int:
    """0 when every query has a series; else 1, and a sentence."""
    with open(asked, encoding="utf-8") as file:
        told = json.load(file)
    try:
        import httpx
    except ImportError:
        return _complain('Prometheus needs httpx: pip install "resonance-perf[prometheus]"')
    token = os.environ.get(told["token"], "") if told["token"] else ""
    if told["token"] and not token:
        return _complain(f"the environment has no {told['token']}, which should hold the token for {told['url']}")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx.Client(base_url=told["url"], timeout=told["wait_s"], headers=headers) as client:
            until = time.time()
            series = [
                _series(client, metric, query, told, until) for metric, query in told["queries"].items()
            ]  # fmt: skip
    except httpx.TimeoutException:
        return _complain(f"{told['url']}: no answer within {told['wait_s']:g} s")
    except (AnswerError, httpx.HTTPError, httpx.InvalidURL) as error:
        text = f"{told['url']}: {error}"
        return _complain(text.replace(token, "…") if token else text)
    with open(answer, "w", encoding="utf-8") as out:
        json.dump({"status": "success", "data": {"resultType": "matrix", "result": series}}, out, separators=(",", ":"))
    return 0


def _series(client: Client, metric: str, query: str, told: dict[str, Any], until: float) -> dict[str, Any]:
    """The one series that a query answers with, labelled as `metric`.

    Raises:
        AnswerError: when it answers with an error, with none or with several.
        httpx.HTTPError: when it cannot be reached.
    """
    form = {"query": query, "time": f"{until:.3f}"}
    path = "/api/v1/query"
    if told["step_s"]:
        start = f"{until - told['last_s']:.3f}"
        path, form = (
            f"{path}_range",
            {"query": query, "start": start, "end": form["time"], "step": f"{told['step_s']:g}"},
        )
    found = _document(client, path, form)
    if found.get("status") != "success":
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


def _document(client: Client, path: str, form: dict[str, str]) -> dict[str, Any]:
    """What it answers as JSON, also with status 400. A proxy that asks for a password answers with something else."""
    body = b""
    with client.stream("POST", path, data=form) as answer:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise AnswerError(f"it answered with more than {MOST_BYTES // 1_000_000} MB")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise AnswerError(f"it answered with status {answer.status_code} and something that is not JSON") from error
    if not isinstance(found, dict) or "status" not in found:
        raise AnswerError(f"it answered with status {answer.status_code} and JSON that is not Prometheus's")
    return found


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
