"""What a page fetches and what of it it reads -> the bytes that were sent for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_perf.readers.devtools import Found, path_of, worst
from resonance_perf.readers.intervals import exactly


def fields(seen: Sequence[Mapping[str, Any]]) -> Found:
    """Nothing where no answer was read as JSON. A page that hands an answer on as a whole has read all of it."""
    if not seen:
        return Found(())
    unread: dict[str, float] = defaultdict(float)
    for one in seen:
        for name, size in one["unread"].items():
            unread[f"{path_of(one['url'])} {name.removeprefix('.')}"] += size
    return Found((exactly("unread_bytes", "B", sum(unread.values())),), worst("unread_bytes", unread))
