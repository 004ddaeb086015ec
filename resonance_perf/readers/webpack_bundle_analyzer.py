"""webpack-bundle-analyzer: the report of `-m json`: bytes of each asset as built and compressed, by package.

Traps: without the folder of the build it knows sources only, which are then `source` and no `raw`; modules that were
concatenated have their share of the whole by their sources. It compresses a package alone, which is more than it takes
in the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.readers.bundles import by_origin, duplicates, without_hash
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "5.4.0"
_SIZES = {"raw": "parsedSize", "source": "statSize", "gzip": "gzipSize", "brotli": "brotliSize", "zstd": "zstdSize"}
_CONCATENATED = "(concatenated)/"
_REST = "[webpack]"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return head.lstrip().startswith(b"[") and b'"isAsset"' in head and b'"statSize"' in head


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    assets = document(source, name)
    if not assets:
        return (Reading(failed="nothing was built"),)
    named: dict[str, list[dict[str, Any]]] = {}
    for one in assets:
        named.setdefault(without_hash(one["label"]), []).append(one)
    return _reading("", assets), *(_reading(label, ones) for label, ones in named.items())


def _reading(label: str, assets: Sequence[dict[str, Any]]) -> Reading:
    modules = list(_modules(assets))
    more, parts = duplicates(path for path, _ in modules)
    metrics = [more]
    for metric, key in _SIZES.items():
        if all(key in one for one in assets):
            total = sum(one[key] for one in assets)
            metrics.append(exactly(metric, "B", total))
            parts += by_origin(metric, ((path, one.get(key, 0)) for path, one in modules), total, _REST)
    return Reading(name=label, metrics=tuple(metrics), parts=parts)


def _modules(groups: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, sizes) of everything that holds nothing else."""
    for one in groups:
        if one.get("groups"):
            yield from _modules(one["groups"])
        elif "path" in one:
            yield one["path"].rpartition(_CONCATENATED)[2], one
