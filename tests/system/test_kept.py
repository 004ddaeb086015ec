from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.system.kept import Kept


@given(st.lists(st.binary(max_size=40)), st.integers(2, 60))
def test_the_first_and_the_last_half_are_kept_and_it_is_told_when_anything_was_dropped(
    parts: list[bytes], limit: int
) -> None:
    kept, whole, half = Kept(limit), b"".join(parts), limit // 2
    for part in parts:
        kept.add(part)
    taken = kept.take()
    assert kept.dropped == (len(whole) > 2 * half)
    assert taken == (whole[:half] + whole[-half:] if kept.dropped else whole)
