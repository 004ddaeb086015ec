"""What is kept of what a program prints."""

from __future__ import annotations


class Kept:
    """The first and the last half of a stream that may be endless."""

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._first = bytearray()
        self._last = bytearray()
        self.dropped = False

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        room = self._half - len(self._first)
        if room > 0:
            self._first += data[:room]
            data = data[room:]
        self._last += data
        if len(self._last) > 2 * self._half:
            self._trim()

    def take(self) -> bytes:
        """What was kept."""
        if len(self._last) > self._half:
            self._trim()
        return bytes(self._first + self._last)

    def _trim(self) -> None:
        del self._last[: -self._half]
        self.dropped = True
