"""By which of its values a capture says why a metric changed."""

from __future__ import annotations

import pytest

from resonance_perf.model.profile import Capture, Profile, ValueType
from resonance_perf.profilers.choice import counted

MEMORY = Profile(
    types=(ValueType("inuse_space", "bytes"), ValueType("alloc_space", "bytes"), ValueType("alloc_objects", "count")),
    stacks=(),
)


@pytest.mark.parametrize(("metric", "told", "work"), [
    ("peak_rss", "inuse_space", 1.0), ("", "inuse_space", 1.0), ("allocated", "alloc_space", 40.0),
    ("allocations", "alloc_objects", 40.0),
])  # fmt: skip
def test_what_is_held_is_told_as_it_is_and_what_is_allocated_by_the_request(
    metric: str, told: str, work: float
) -> None:
    found = counted(Capture(profile=MEMORY, work=40.0), metric)
    assert (found.profile.types[found.profile.chosen].name, found.work) == (told, work)
