"""What programs of ours have in common that ask a server for a driver: a secret, sentences without it, JSON."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any


class AnswerError(Exception):
    """A sentence: why there is nothing to use."""


Ask = Callable[[dict[str, Any], str], bytes]


def write_answer(what: str, extra: str, asked: str, result: str, ask: Ask) -> int:
    """Write down what `ask` finds, which is given what the file `asked` holds, and the secret: the value of the
    environment variable that `key` names there. `server` is who is asked; httpx comes with the extra.

    0 when there is an answer; else 1, and a sentence.
    """
    with open(asked, encoding="utf-8") as file:
        told = json.load(file)
    try:
        import httpx
    except ImportError:
        return _complain(f'{what} needs httpx: pip install "resonance-perf[{extra}]"')
    key = os.environ.get(told["key"], "") if told["key"] else ""
    if told["key"] and not key:
        return _complain(f"the environment has no {told['key']}, which should hold the key of {_shown(told['server'])}")
    try:
        found = ask(told, key)
    except (AnswerError, httpx.HTTPError, httpx.InvalidURL) as error:
        text = _shown(f"{told['server']}: {error}")
        return _complain(text.replace(key, "…") if key else text)
    with open(result, "wb") as out:
        out.write(found)
    return 0


def document(status: int, body: bytes, otherwise: str, most_bytes: int) -> dict[str, Any]:
    """What a server answered, as JSON. A proxy that asks for a password answers with something else.

    Raises:
        AnswerError: when it is too large, no JSON, or none that is a mapping: `otherwise` says what it is then.
    """
    if len(body) > most_bytes:
        raise AnswerError(f"it answered with more than {most_bytes // 1_000_000} MB")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise AnswerError(f"it answered with status {status} and something that is not JSON") from error
    if not isinstance(found, dict):
        raise AnswerError(f"it answered with JSON that is {otherwise}")
    return found


def _shown(text: str) -> str:
    """Without the password that an address may hold."""
    return re.sub(r"(?<=://)[^/@\s]+(?=@)", "…", text)


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
