"""What a visit is to be, as `drivers/tools/web.py` writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class VisitError(Exception):
    """The page could not be measured: a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page, how it is reached, and what is done on it. `network` is (round trip in ms, kbit/s)."""

    url: str
    steps: list[tuple[str, list[Any]]]
    mobile: bool
    viewport: tuple[int, int] | None
    cpu_slowdown: int
    network: tuple[int, int] | None
    step_timeout_s: float
    browser: str | None
    repeat: int
    probes: list[str]
    script: str | None = None


def read_visit(path: str, script: str | None) -> Visit:
    """The visit of the file."""
    with open(path, encoding="utf-8") as file:
        return Visit(script=script, **json.load(file))
