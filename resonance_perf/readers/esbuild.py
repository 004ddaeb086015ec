"""esbuild: the metafile of `--metafile`: bytes of each output, and of all JavaScript and CSS together, by package.

Traps: source maps are outputs, too; they are not downloaded and not counted. An output keeps its name when its
content changes: the hash is left out, so all unnamed chunks are one, `chunk.js`. It tells no compressed sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from resonance_perf.model.reading import Reading, Reported
from resonance_perf.model.run import Part
from resonance_perf.readers.bundles import by_origin, duplicates, merged, without_hash
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "0.28.2"
_KINDS = {"js": (".js", ".mjs", ".cjs"), "css": (".css",)}
_REST = "[esbuild]"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"inputs"' in head and b'"bytes"' in head and b'"imports"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    outputs = {path: one for path, one in document(source, name)["outputs"].items() if not path.endswith(".map")}
    if not outputs:
        return (Reading(failed="nothing was built"),)
    more, copies = duplicates(path for one in outputs.values() for path in one["inputs"])
    kinds = dict(_by_kind(outputs))
    metrics = [exactly("raw", "B", _bytes(outputs)), *kinds, more]
    parts = (*_parts(outputs), *(part for parts in kinds.values() for part in parts), *copies)
    named: dict[str, dict[str, Any]] = {}
    for path, one in outputs.items():
        named.setdefault(without_hash(path), {})[path] = one
    return (
        Reading(metrics=tuple(metrics), parts=parts),
        *(
            Reading(name=path, metrics=(exactly("raw", "B", _bytes(ones)),), parts=_parts(ones))
            for path, ones in named.items()
        ),
    )


def _by_kind(outputs: dict[str, Any]) -> Iterator[tuple[Reported, tuple[Part, ...]]]:
    for kind, endings in _KINDS.items():
        sizes = merged((path, one["bytes"]) for path, one in outputs.items() if path.endswith(endings))
        metric = f"{kind}_bytes"
        yield exactly(metric, "B", sum(sizes.values())), tuple(Part(metric, *one) for one in sizes.items())


def _bytes(outputs: dict[str, Any]) -> float:
    return float(sum(one["bytes"] for one in outputs.values()))


def _parts(outputs: dict[str, Any]) -> tuple[Part, ...]:
    modules = ((path, it["bytesInOutput"]) for one in outputs.values() for path, it in one["inputs"].items())
    return by_origin("raw", modules, _bytes(outputs), _REST)
