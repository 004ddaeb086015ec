"""The wire format of protocol buffers: just what profile.proto needs.

Source: protobuf.dev, "Encoding". Groups are not read: no tool of today writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_WORD = 1 << 64
_SIGN = 1 << 63
_LONGEST_VARINT = 10
_LONGEST_SHIFT = 7 * (_LONGEST_VARINT - 1)


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of each field: a varint as an unsigned int, anything of given length as its bytes.

    Raises:
        ValueError: when the message ends too early or holds what is no field.
    """
    at, end = 0, len(data)
    while at < end:
        tag = data[at]
        at += 1
        if tag > 0x7F:
            tag, at = _varint(data, at - 1)
        kind = tag & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if kind == BYTES:
            size, at = _varint(data, at)
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
        else:
            raise ValueError(f"a field of the unknown kind {kind} at byte {at - 1} of {end}")
        if size > end - at:
            raise ValueError(f"a field of {size} bytes where {end - at} are left")
        yield tag >> 3, data[at : at + size]
        at += size


def unsigned(value: int | bytes) -> Sequence[int]:
    """The numbers of a repeated field, packed or one."""
    if isinstance(value, int):
        return (value,)
    if value.isascii():  # each below 128 is a byte of its own
        return value
    found, number, shift = [], 0, 0
    for byte in value:  # the innermost loop of reading a profile
        if byte > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift > _LONGEST_SHIFT:
                raise ValueError("a number that does not end")
        else:
            found.append((number | byte << shift) % _WORD)
            number = shift = 0
    if shift:
        raise ValueError("a list of numbers that ends in the middle of one")
    return found


def signed(value: int | bytes) -> list[int]:
    """As `unsigned`, of int64: two's complement."""
    return [one - _WORD if one >= _SIGN else one for one in unsigned(value)]


def number(value: int | bytes) -> int:
    """The value of a field that is one int64.

    Raises:
        TypeError: when it is not.
    """
    if not isinstance(value, int):
        raise TypeError("a text where a number should be")
    return value - _WORD if value >= _SIGN else value


def message(value: int | bytes) -> bytes:
    """The value of a field that is a message or a text.

    Raises:
        TypeError: when it is not.
    """
    if isinstance(value, int):
        raise TypeError("a number where a message should be")
    return value


def varint_field(number: int, value: int) -> bytes:
    """A field with one int64; nothing where it is 0, as proto3 has it.

    Raises:
        OverflowError: when it is none.
    """
    return _encoded(number << 3) + _encoded(value) if value else b""


def bytes_field(number: int, value: bytes) -> bytes:
    """A field with a message or a text, also an empty one."""
    return _encoded(number << 3 | BYTES) + _encoded(len(value)) + value


def packed_field(number: int, values: Iterable[int]) -> bytes:
    """A repeated field of int64, packed."""
    return bytes_field(number, b"".join(map(_encoded, values)))


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    for place in range(at, min(at + _LONGEST_VARINT, len(data))):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value % _WORD, place + 1
        shift += 7
    raise ValueError(f"a number at byte {at} of {len(data)} that does not end")


def _encoded(value: int) -> bytes:
    if not -_SIGN <= value < _SIGN:
        raise OverflowError(f"{value} is no 64-bit number")
    if 0 <= value < 0x80:
        return bytes((value,))
    value %= _WORD
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
