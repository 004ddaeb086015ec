"""Run ids: 26 characters that sort by time (ULID)."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(at: float, random_bits: int) -> str:
    """An id from the time `at` (seconds since 1970) and 80 random bits.

    Source: the ULID specification (48 bits of milliseconds, 80 bits of randomness, Crockford's base 32).
    """
    number = (int(at * 1000) << 80) | (random_bits & ((1 << 80) - 1))
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
