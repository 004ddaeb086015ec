"""source-map-explorer: the document of `--json`: bytes of each bundle by what its source map says, by package.

Traps: without `--no-border-checks` it ends with 1 on what esbuild and webpack write; a bundle without a source map is
left out of the results; `--gzip` scales sizes and is not told, so do without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers.bundles import by_origin, duplicates, without_hash
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "2.5.3"
_REST = "[unmapped]"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"results"' in head and (b'"bundleName"' in head or b'"errors"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    results = document(source, name)["results"]
    if not results:
        return (Reading(failed="no bundle with a source map was there to be explored"),)
    named: dict[str, list[dict[str, Any]]] = {}
    for one in results:
        named.setdefault(without_hash(one["bundleName"]), []).append(one)
    return _reading("", results), *(_reading(bundle, ones) for bundle, ones in named.items())


def _reading(bundle: str, results: Sequence[dict[str, Any]]) -> Reading:
    modules = [(path, it["size"]) for one in results for path, it in one["files"].items()]
    total = sum(one["totalBytes"] for one in results)
    more, copies = duplicates(path for path, _ in modules)
    parts = by_origin("raw", modules, total, _REST)
    return Reading(name=bundle, metrics=(exactly("raw", "B", total), more), parts=(*parts, *copies))
