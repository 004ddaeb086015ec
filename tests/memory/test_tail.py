"""A write at the end of a large log, cut at every byte by a crash, and repeated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_perf.memory.markers import begin, end
from resonance_perf.memory.tables import memory_line
from resonance_perf.memory.tail import mended, next_write
from tests.memory.test_log import ROW, numbered

NEW = (replace(ROW, run="01Z"), replace(ROW, run="01Z", metric="p99", verdict=""))


def log(nl: str = "\n", closing: str = "\n") -> bytes:
    rows = [memory_line(numbered(number)) for number in range(5)]
    return (nl.join([begin("log"), "| when (UTC) |", "|---|", *rows, end("log")]) + closing).encode()


@pytest.mark.parametrize(("nl", "closing"), [("\n", "\n"), ("\n", ""), ("\r\n", "\r\n"), ("\n", "\n\n")])
def test_every_cut_of_the_write_is_undone(nl: str, closing: str) -> None:
    before = log(nl, closing)
    tail = before[before.index(memory_line(numbered(1)).encode()) - 1 :]  # as if the file were longer
    found = next_write(tail, NEW)
    assert found is not None
    at, data = found
    old = tail[at:]
    assert data == "".join(memory_line(row) + nl for row in NEW).encode() + old
    cut_files = {tail[:at] + data[:cut] + old[cut:] for cut in range(1, len(data))}  # the first pages were written
    cut_files |= {tail[:at] + old[:cut] + data[cut:] for cut in range(1, len(old))}  # the last pages were written
    cut_files |= {tail[:at] + data[:cut] for cut in range(len(data))}  # the file was cut short
    cut_files -= {tail, tail[:at] + data}
    for cut in cut_files:
        whole = mended(cut, NEW)
        assert whole is not None and whole.startswith(tail[:at]) and whole[at:].startswith(end("log").encode())
        again = next_write(whole, NEW)
        assert again is not None and again[1].startswith(data[: -len(old)])


def test_rows_that_are_there_are_not_written_again() -> None:
    tail = b"cut\n" + log()[log().index(memory_line(numbered(0)).encode()) :]
    assert next_write(tail, [numbered(4), numbered(3)]) == (tail.index(end("log").encode()), b"")


@pytest.mark.parametrize(
    "tail",
    [
        log() + b"## Our heading\n",
        log().replace(end("log").encode(), b"a note\n\n" + end("log").encode()),
        log().replace(b"412", b"\xff"),
        log().replace(b"01K00000000000000000000003 |", b"01K00000000000000000000003 |\n>>>>>>> theirs"),
        f"x\n{begin('log')}\n{end('log')}\n".encode(),
        b"",
    ],
)
def test_what_the_tail_does_not_tell_is_left_to_the_whole_file(tail: bytes) -> None:
    rows_only = b"cut\n" + tail[max(0, tail.find(memory_line(numbered(0))[:18].encode())) :]
    assert next_write(rows_only, NEW) is None
    assert mended(tail, NEW) is None


def test_a_row_that_may_stand_before_the_tail_is_left_to_the_whole_file() -> None:
    tail = b"cut\n" + log()[log().index(memory_line(numbered(2)).encode()) :]
    assert next_write(tail, [numbered(1)]) is None


def test_the_damage_of_somebody_else_is_not_mended() -> None:
    for damaged in (log()[:-60], log().replace(end("log").encode(), b"our words"), log() + b"more\n"):
        assert mended(damaged, NEW) is None
