"""rollup-plugin-visualizer: its `raw-data`: bytes of the modules of each chunk, also compressed, by package.

Traps: it looks at modules before the chunk is minified, unless `sourcemap` is set; each is compressed alone, so
the sums are more than what is downloaded. Compressed sizes are there with `gzipSize` and `brotliSize` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers.bundles import by_origin, duplicates, without_hash
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "6.0.11"
_SIZES = {"raw": "renderedLength", "gzip": "gzipLength", "brotli": "brotliLength"}
_Module = tuple[str, dict[str, Any]]


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"version"' in head and b'"tree"' in head and b'"children"' in head and b'"root"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    told = [metric for metric in _SIZES if metric == "raw" or found["options"][metric]]
    chunks: dict[str, list[_Module]] = {}
    for chunk in found["tree"]["children"]:
        chunks.setdefault(without_hash(chunk["name"]), []).extend(_modules(chunk, found))
    if not chunks:
        return (Reading(failed="nothing was built"),)
    everything = [module for modules in chunks.values() for module in modules]
    return _reading("", everything, told), *(_reading(chunk, modules, told) for chunk, modules in chunks.items())


def _reading(name: str, modules: Sequence[_Module], told: Sequence[str]) -> Reading:
    more, parts = duplicates(path for path, _ in modules)
    metrics = [more]
    for metric in told:
        sizes = [(path, one[_SIZES[metric]]) for path, one in modules]
        total = sum(size for _, size in sizes)
        metrics.append(exactly(metric, "B", total))
        parts += by_origin(metric, sizes, total, "")
    return Reading(name=name, metrics=tuple(metrics), parts=parts)


def _modules(node: dict[str, Any], found: dict[str, Any]) -> Iterator[_Module]:
    if "uid" in node:
        part = found["nodeParts"][node["uid"]]
        yield found["nodeMetas"][part["metaUid"]]["id"], part
    for child in node.get("children", ()):
        yield from _modules(child, found)
