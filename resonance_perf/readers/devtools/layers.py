"""The layers of a page -> how many are painted, and the memory that they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from resonance_perf.readers.devtools import Found, element_of, worst
from resonance_perf.readers.intervals import exactly

_BYTES_PER_PIXEL = 4


def layers(seen: Mapping[str, Any]) -> Found:
    """An estimate from the size of each, as DevTools makes it: the compositor keeps tiles, and not of all that is out
    of sight."""
    painted = [one for one in seen["layers"] if one["drawsContent"] and one["width"] * one["height"] > 0]
    sizes: dict[str, float] = defaultdict(float)
    for one in painted:
        name = element_of(one["node"]) if one["node"] else "the browser"
        reasons = f": {', '.join(one['reasons'])}" if one["reasons"] else ""
        sizes[name + reasons] += one["width"] * one["height"] * seen["pixel_ratio"] ** 2 * _BYTES_PER_PIXEL
    metrics = (exactly("layers", "", len(painted)), exactly("layer_memory", "B", sum(sizes.values())))
    return Found(metrics, worst("layer_memory", sizes))
