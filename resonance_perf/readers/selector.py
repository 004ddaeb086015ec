"""Which series are meant: `http.server.duration{http.route="/shop"}`, with names that may hold dots."""

from __future__ import annotations

import json
import re

from resonance_perf.model.errors import UsageError

_SERIES = re.compile(r"([^\s{}]+)\s*(?:\{(.*)\})?")
_LABEL = re.compile(r'\s*([^\s"={},]+)\s*=\s*("(?:[^"\\]|\\.)*")\s*(?:,|$)')


def selected(where: str) -> tuple[str, dict[str, str]]:
    """(the name, the labels).

    Raises:
        UsageError: when it is no selector.
    """
    match = _SERIES.fullmatch(where.strip())
    found: dict[str, str] = {}
    rest = (match[2] or "").strip() if match else ""
    while match and rest:
        label = _LABEL.match(rest)
        if label is None:
            break
        found[label[1]] = json.loads(label[2], strict=False)
        rest = rest[label.end() :].strip()
    if match is None or rest:
        raise UsageError(f"{where} names no series", hint='Write it as name{label="value"}.')
    return match[1], found
