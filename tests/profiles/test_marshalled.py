"""What `marshal` writes, read without it: the same, and nothing that a file could harm us by."""

from __future__ import annotations

import marshal
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.profiles.formats.marshalled import table

PLACE = st.tuples(st.text(max_size=300), st.integers(0, 2**31), st.text(max_size=5))
COUNT, SECONDS = st.integers(-(2**60), 2**60), st.floats(allow_nan=False)
CALLERS = st.dictionaries(PLACE, st.tuples(COUNT, COUNT, SECONDS, SECONDS) | COUNT, max_size=3)
TABLES = st.dictionaries(PLACE, st.tuples(COUNT, COUNT, SECONDS, SECONDS, CALLERS), max_size=4)


@given(TABLES, st.integers(3, 4))
def test_a_table_of_pstats_is_read_as_marshal_reads_it(told: dict[Any, Any], version: int) -> None:
    assert table(marshal.dumps(told, version)) == told


@given(TABLES, st.data())
def test_a_damaged_table_is_read_or_refused(told: dict[Any, Any], data: st.DataObject) -> None:
    damaged = bytearray(marshal.dumps(told))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ValueError, TypeError):  # a key that cannot be one
        table(bytes(damaged))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (marshal.dumps(compile("1", "it", "eval")), "something of the kind b'c'"),
        (marshal.dumps(["calls"]), r"something of the kind b'\['"),
        (marshal.dumps({("f", 1, "g"): {1: {2: {}}}}), "nested too deeply"),
        (marshal.dumps({(1, 2, 3, 4, 5, 6): 0}), "a tuple of 6"),
        (marshal.dumps(7), "it is no table"),
        (b"{" + b"(" + b"\xff" * 4, "a tuple of -1"),
        (b"{r\0\0\0\0", "refers to nothing"),
        (b"\xfbr\0\0\0\0", "refers to nothing"),
        (b"{u\xff\xff\xff\x7f", "ends too early"),
        (b"{l\xff\xff\xff\x7f", "a number that counts nothing"),
        (marshal.dumps({((1, 2), 3, 4): 0}), "a tuple in a tuple"),
        (b"", "ends too early"),
    ],
)
def test_what_no_table_of_pstats_holds_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        table(data)
