"""Reading what hooks dropped: no line lost, none doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_perf.model.errors import UsageError
from resonance_perf.system.spool import ROTATE_BYTES, Position, SpoolLine, parse, read_new

LINE = b"1 post-commit /repo\n"


def add(path: Path, data: bytes = LINE) -> None:
    with path.open("ab") as file:
        file.write(data)


def read(path: Path, position: Position) -> tuple[list[str], Position]:
    lines, after = read_new(str(path), position)
    return [line.worktree for line in lines], Position.from_text(after.to_text())


def test_lines_are_read_once_and_in_order(tmp_path: Path) -> None:
    spool = tmp_path / "hooks"
    assert read(spool, Position()) == ([], Position())
    add(spool, b"1 post-commit /a b\n1 pre-push /c\n")
    lines, position = read_new(str(spool), Position())
    assert lines == (SpoolLine("commit", "/a b"), SpoolLine("push", "/c"))
    assert read(spool, position) == ([], position)
    add(spool)
    assert read(spool, position)[0] == ["/repo"]


def test_half_a_line_waits_for_its_rest(tmp_path: Path) -> None:
    spool = tmp_path / "hooks"
    add(spool, LINE + b"1 post-me")
    first, position = read(spool, Position())
    add(spool, b"rge /other\n")
    second, _ = read(spool, position)
    assert (first, second) == (["/repo"], ["/other"])


def test_a_reader_that_died_before_it_stored_its_position_reads_again(tmp_path: Path) -> None:
    spool = tmp_path / "hooks"
    add(spool)
    read(spool, Position())
    assert read(spool, Position())[0] == ["/repo"]


def test_other_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    spool = tmp_path / "hooks"
    add(spool, b"2 post-commit /a\n1 pre-commit /a\n\n\xff\xfe\n1 post-commit\n1 post-commit rel\n" + LINE)
    lines, position = read(spool, Position())
    assert (lines, position.skipped) == (["/repo"], 6)
    assert read(spool, position)[1].skipped == 6


@pytest.mark.parametrize("how", ["truncated", "replaced"])
def test_a_new_file_is_read_from_its_beginning(tmp_path: Path, how: str) -> None:
    spool = tmp_path / "hooks"
    add(spool, LINE * 3)
    position = read(spool, Position())[1]
    if how == "truncated":
        spool.write_bytes(b"")
    else:
        (tmp_path / "new").write_bytes(b"")
        os.replace(tmp_path / "new", spool)
    add(spool, b"1 post-merge /new\n")
    assert read(spool, position)[0] == ["/new"]


def test_rotation_loses_no_line_of_a_slow_writer(tmp_path: Path) -> None:
    spool, old = tmp_path / "hooks", tmp_path / "hooks.old"
    add(spool, LINE * (ROTATE_BYTES // len(LINE) + 1))
    lines, position = read(spool, Position())
    assert len(lines) == ROTATE_BYTES // len(LINE) + 1
    assert not old.exists(), "what was only just read is not stored yet"
    with spool.open("ab") as slow:
        assert read(spool, position) == ([], position)
        assert old.exists() and not spool.exists()
        add(spool, b"1 post-commit /new\n")
        slow.write(b"1 post-commit /slow\n")
        slow.flush()
        lines, after = read(spool, position)
        assert lines == ["/slow", "/new"]
        assert read(spool, position) == (lines, after), "a crash before storing"
        slow.write(b"1 post-commit /slower\n")
        slow.flush()
    lines, last = read(spool, after)
    assert lines == ["/slower"]
    assert read(spool, last) == ([], last)


def test_a_second_rotation_replaces_the_first(tmp_path: Path) -> None:
    spool, position, total = tmp_path / "hooks", Position(), 0
    for _ in range(3):
        add(spool, LINE * (ROTATE_BYTES // len(LINE) + 1))
        for _ in range(3):
            lines, position = read(spool, position)
            total += len(lines)
    assert total == 3 * (ROTATE_BYTES // len(LINE) + 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hooks.old"]


def test_a_spool_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        read_new(str(tmp_path / "hooks"), Position())


@pytest.mark.parametrize("text", [None, "", "x", "1:2:3:4:5:6", "1:2:3:4:five"])
def test_a_position_that_makes_no_sense_is_the_beginning(text: str | None) -> None:
    assert Position.from_text(text) == Position()


@given(st.binary(), st.lists(st.integers(0, 200), max_size=5))
def test_reading_in_parts_finds_what_reading_at_once_finds(data: bytes, cuts: list[int]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        spool, position, found, start = Path(folder) / "hooks", Position(), [], 0
        for cut in [*sorted(cuts), len(data)]:
            add(spool, data[start:cut])
            start = max(start, cut)
            lines, position = read_new(str(spool), position)
            found += lines
    complete = data[: data.rfind(b"\n") + 1]
    assert (found, position.skipped) == parse(complete)
