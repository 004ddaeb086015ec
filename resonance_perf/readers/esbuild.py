"""esbuild: the metafile of `--metafile`: bytes of each output, and of all JavaScript and CSS together.

Traps: source maps are outputs, too; they are not downloaded and not counted.
"""

from __future__ import annotations

from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

_KINDS = {"js": (".js", ".mjs", ".cjs"), "css": (".css",)}


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"inputs"' in head and b'"bytes"' in head and b'"imports"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    outputs = {
        path: one["bytes"] for path, one in document(source, name)["outputs"].items() if not path.endswith(".map")
    }
    if not outputs:
        return (Reading(failed="nothing was built"),)
    metrics = [exactly("raw", "B", sum(outputs.values()))]
    for kind, endings in _KINDS.items():
        metrics.append(
            exactly(f"{kind}_bytes", "B", sum(size for path, size in outputs.items() if path.endswith(endings)))
        )
    parts = (Reading(name=path, metrics=(exactly("raw", "B", size),)) for path, size in outputs.items())
    return (Reading(metrics=tuple(metrics)), *parts)
