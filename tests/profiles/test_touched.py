"""Which piece of a commit is in a function, in languages with and without braces."""

from __future__ import annotations

import pytest

from resonance_perf.model.diff import Diff, FileChange, Hunk
from resonance_perf.model.profile import Frame
from resonance_perf.profiles.touched import first_line, holds, touching

PYTHON = """import os

LIMIT = 3


class Shop:
    @cached
    def total(self):
        return sum(one for one in self)

    def all(self):
        return [order for order in self]


def total(rows):
    def inner(row):
        return row
    return map(inner, rows)
"""
SCRIPT = """const limit = 3

export async function total(rows) {
  for (const row of rows) {
    read(row)
  }
}

const small = (row) => row + 1
items.map(function (row) {
  return row
})
"""


def touched(frame: Frame, *lines: int, text: str = PYTHON) -> bool:
    hunks = tuple(Hunk(line, 1, line, 1, ("+x",)) for line in lines)
    return touching(frame, Diff((FileChange(frame.file, frame.file, hunks, text),))) is not None


def py(name: str, line: int = 0) -> Frame:
    return Frame(name, "shop.py", line)


@pytest.mark.parametrize(
    ("frame", "line", "expected"),
    [
        (py("Shop.total"), 7, True), (py("Shop.total"), 9, True), (py("Shop.total"), 11, False), (py("Shop.total"), 15, False),
        (py("Shop.total.<genexpr>"), 9, True), (py("total", 17), 15, True), (py("total", 17), 9, False), (py("total", 9), 9, True),
        (py("total.inner"), 16, True), (py("<module>"), 3, True), (py("<module>"), 9, False), (py("<lambda>:3"), 3, True),
        (py("<lambda>:4"), 3, False), (py("gone"), 9, False),
    ],
)  # fmt: skip
def test_a_function_of_python_is_where_its_parser_says(frame: Frame, line: int, expected: bool) -> None:
    assert touched(frame, line) == expected


@pytest.mark.parametrize(
    ("frame", "line", "expected"),
    [
        (Frame("total", "a.js", 5, 3), 5, True), (Frame("total", "a.js", 5, 3), 1, False), (Frame("total", "a.js", 5, 3), 9, False),
        (Frame("total", "a.js", 5), 3, True), (Frame("total", "a.js", 5), 9, False), (Frame("small", "a.js", 9), 9, True),
        (Frame("<anonymous>:10", "a.js", 11, 10), 10, True),
    ],
)  # fmt: skip
def test_a_function_with_braces_ends_with_them(frame: Frame, line: int, expected: bool) -> None:
    assert touched(frame, line, text=SCRIPT) == expected


def test_of_several_pieces_the_one_nearest_to_the_line_that_ran_is_shown() -> None:
    hunks = Hunk(7, 1, 7, 1, ("+a",)), Hunk(9, 1, 9, 1, ("+b",))
    diff = Diff((FileChange("shop.py", "shop.py", hunks, PYTHON),))
    found = touching(Frame("Shop.total", "shop.py", 9), diff)
    assert found is hunks[1] and holds(found, 9) and not holds(found, 10)


def test_everything_in_a_new_file_is_touched_and_nothing_of_a_library() -> None:
    hunk = Hunk(0, 0, 1, 3, ("+a", "+b", "+c"))
    assert touching(py("anything"), Diff((FileChange("", "shop.py", (hunk,), "not: python ("),))) is hunk
    assert touching(Frame("dumps", "shop.py", package="json"), Diff((FileChange("", "shop.py", (hunk,)),))) is None


def test_a_file_that_is_no_python_of_ours_touches_nothing() -> None:
    assert not touched(py("total", 9), 9, text="def total(:")
    assert first_line(py("Shop.total"), PYTHON) == 7 and first_line(py("gone"), PYTHON) == 0
