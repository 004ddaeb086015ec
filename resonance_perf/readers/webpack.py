"""webpack: the document of `--json`: bytes of each asset and of all together, and of their modules by package.

Traps: a build with errors has assets all the same; names hold hashes, which are left out so that an
asset keeps its name. Modules are as large as they were before minifying, so they are parts of `source`, and `raw` is
made of assets; webpack-bundle-analyzer tells minified packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from resonance_perf.model.reading import Reading
from resonance_perf.model.run import Part
from resonance_perf.readers.bundles import by_origin, duplicates, merged
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

TRIED = "5.112.2"
_REST = "[webpack]"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"assetsByChunkName"' in head or (b'"hash"' in head and b'"outputPath"' in head and b'"builtAt"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    if found.get("errorsCount") or found.get("errors"):
        return (Reading(failed=f"the build has {found.get('errorsCount') or len(found['errors'])} errors"),)
    assets = merged((one["name"], one["size"]) for one in found["assets"] if not one["name"].endswith(".map"))
    metrics = [exactly("raw", "B", sum(assets.values()))]
    parts = [Part("raw", *one) for one in assets.items()]
    modules = list(_modules(found.get("modules", ())))
    if modules:
        total = sum(size for _, size in modules)
        more, copies = duplicates(path for path, _ in modules)
        metrics += [exactly("source", "B", total), more]
        parts += [*by_origin("source", modules, total, _REST), *copies]
    return (
        Reading(metrics=tuple(metrics), parts=tuple(parts), version=found.get("version", "")),
        *(Reading(name=path, metrics=(exactly("raw", "B", size),)) for path, size in assets.items()),
    )


def _modules(listed: Sequence[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    """(name, bytes) of each module, as often as it is in a chunk; of concatenated ones, those that they are made of."""
    for one in listed:
        inner = one.get("modules") or (one,)
        for _ in one.get("chunks", ()):
            for it in inner:
                yield _REST if it.get("moduleType") == "runtime" else it["name"], it["size"]
