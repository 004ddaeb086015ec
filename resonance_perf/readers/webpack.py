"""webpack: the document of `--json`: bytes of each asset, and of all together.

Traps: a build with errors has assets all the same; names hold hashes, which are left out so that an
asset keeps its name.
"""

from __future__ import annotations

import re
from typing import IO

from resonance_perf.model.reading import Reading
from resonance_perf.readers.intervals import exactly
from resonance_perf.readers.source import document

_HASH = re.compile(r"[.-][0-9a-f]{8,32}(?=\.)")


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001  # the content tells
    """See `Reader`."""
    return b'"assetsByChunkName"' in head or (b'"hash"' in head and b'"outputPath"' in head and b'"builtAt"' in head)


def read(source: IO[bytes], name: str) -> tuple[Reading, ...]:
    """See `Reader`."""
    found = document(source, name)
    if found.get("errorsCount") or found.get("errors"):
        return (Reading(failed=f"the build has {found.get('errorsCount') or len(found['errors'])} errors"),)
    assets: dict[str, int] = {}
    for one in found["assets"]:
        if not one["name"].endswith(".map"):
            plain = _HASH.sub("", one["name"])
            assets[plain] = assets.get(plain, 0) + one["size"]
    whole = Reading(metrics=(exactly("raw", "B", sum(assets.values())),), version=found.get("version", ""))
    parts = (Reading(name=path, metrics=(exactly("raw", "B", size),)) for path, size in assets.items())
    return (whole, *parts)
