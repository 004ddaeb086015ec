"""web: what `driver: web` saw of a page: its web vitals and what DevTools tells, and who is to blame for them.

Traps: a vital that never happened is missing: without a click or a key there is no INP. The visit of several pages
tells the worst of each. The round trip of a slowed network is not in TTFB, which comes from below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers.devtools import Found
from resonance_perf.readers.devtools.coverage import coverage
from resonance_perf.readers.devtools.fields import fields
from resonance_perf.readers.devtools.frames import frames
from resonance_perf.readers.devtools.layers import layers
from resonance_perf.readers.devtools.memory import memory
from resonance_perf.readers.devtools.network import network
from resonance_perf.readers.devtools.page import page
from resonance_perf.readers.devtools.trace import trace
from resonance_perf.readers.devtools.vitals import vitals
from resonance_perf.readers.source import document

TRIED = "Chromium 156, web-vitals 6.2.3"
_MARK = b'{"resonance_perf": "web"'
PROBES: Mapping[str, Callable[[Any], Found]] = {
    "vitals": vitals, "trace": trace, "network": network, "coverage": coverage, "memory": memory, "layers": layers,
    "frames": frames, "page": page, "fields": fields,
}  # fmt: skip


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.startswith(_MARK)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    seen = document(source, name)
    version, at = seen.get("version", ""), seen.get("at")
    if seen.get("failed"):
        return (Reading(failed=seen["failed"], version=version, at=at),)
    found = [probe(seen[key]) for key, probe in PROBES.items() if key in seen]
    metrics = tuple(metric for one in found for metric in one.metrics)
    parts = tuple(part for one in found for part in one.parts)
    failed = "" if metrics else "the page told nothing"
    return (Reading(metrics=metrics, parts=parts, version=version, at=at, failed=failed),)
