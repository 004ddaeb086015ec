"""A trend in a few characters."""

from __future__ import annotations

from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float]) -> str:
    """Bars from the least to the greatest value; a flat line is low, one value gives nothing."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    if high - low <= 0.02 * abs(high):  # a band narrower than 2 % is drawn flat: bars would show noise
        return _BARS[0] * len(values)
    return "".join(_BARS[min(7, int((value - low) / (high - low) * 8))] for value in values)
