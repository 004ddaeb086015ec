"""When frames came -> how many a second, and how long the slow ones took. 60 fps is one every 16.7 ms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from resonance_perf.readers.devtools import Found
from resonance_perf.readers.intervals import of_values, once


def frames(seen: Sequence[float]) -> Found:
    """Nothing where there were fewer than two."""
    if len(seen) < 2:
        return Found(())
    lasted = [after - before for before, after in pairwise(seen)]
    rate = 1000 * len(lasted) / (seen[-1] - seen[0])
    return Found((once("fps", "fps", rate), of_values("frame_p95", "ms", lasted, 0.95)))
