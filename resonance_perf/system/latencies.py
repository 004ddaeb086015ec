"""What is kept of the latencies of a load, which may go on for hours."""

from __future__ import annotations

from resonance_perf.model.counted import Values

MOST_EXACT = 100_000
"""Of more requests it is counted how often each size of latency was seen, in constant memory."""


class Latencies:
    """Latencies in ms, every one of them where there are at most `most` of `expected`."""

    def __init__(self, expected: int, most: int) -> None:
        self._each: list[float] = []
        self._tally = None
        if expected > most:
            from resonance_perf.readers.tally import Tally  # 20 ms that a short load does not pay

            self._tally = Tally()

    def add(self, took_ms: float) -> None:
        """Take in the next."""
        if self._tally is None:
            self._each.append(round(took_ms, 4))
        else:
            self._tally.add(took_ms)

    def told(self) -> Values:
        """All of them: each in the order in which they came, or counted."""
        return self._each if self._tally is None else self._tally.counted()
