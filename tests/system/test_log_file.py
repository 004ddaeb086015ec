from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_perf.memory.edits import AppendRow
from resonance_perf.memory.log import read_log
from resonance_perf.memory.markers import begin, end
from resonance_perf.memory.tables import head_of, memory_line
from resonance_perf.model.errors import BadFileError, WriteRefusedError
from resonance_perf.model.record import MemoryRow
from resonance_perf.system import log_file
from resonance_perf.system.log_file import LARGE_BYTES, append_rows, archive_log
from tests.memory.test_log import ROW, numbered

NEW = (replace(ROW, run="01Z"), replace(ROW, run="01Z", metric="p99"))


def write_log(path: Path, size: int) -> Path:
    """A log of at least `size` bytes, with everything that the template has around it."""
    line = memory_line(numbered(1)) + "\n"
    table = "\n".join([begin("log"), *head_of(("when (UTC)",)), ""])
    path.write_text(f"# Memory\n\n## Lessons\n\n{table}{line * (size // len(line.encode()) + 1)}{end('log')}\n")
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return write_log(tmp_path / "02_memory.md", LARGE_BYTES + 1)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "02_memory.md"
    path.write_text("# Memory\n")
    return path


def append(path: Path, rows: tuple[MemoryRow, ...] = NEW) -> bool:
    return append_rows(str(path), str(path.parent), rows)


@pytest.mark.parametrize("size", ["small", "large"])
def test_rows_are_appended_once(size: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(size)
    before = path.read_text()
    assert append(path)
    after = path.read_text()
    assert not append(path)
    expected = before
    for row in NEW:
        expected = AppendRow(row).apply(expected)
    assert path.read_text() == after == expected


def test_a_large_log_stays_the_same_file(large: Path) -> None:
    inode = large.stat().st_ino
    append(large)
    assert large.stat().st_ino == inode


@pytest.mark.parametrize("after", ["\n## Decisions\n\nours\n", "a note without a line end"])
def test_what_follows_a_large_log_stays(large: Path, after: str) -> None:
    with large.open("a") as file:
        file.write(after)
    append(large)
    assert large.read_text().endswith(f"{memory_line(NEW[1])}\n{end('log')}\n{after}")


def test_a_crash_at_any_byte_is_mended_when_the_rows_are_written_again(large: Path) -> None:
    before = large.read_bytes()
    append(large)
    whole = large.read_bytes()
    start = before.rindex(end("log").encode())
    for cut in range(start, len(whole), 3):
        large.write_bytes(whole[:cut] + before[cut:])
        append(large)
        assert large.read_bytes() == whole


def test_damage_that_is_not_ours_is_named_and_left(large: Path) -> None:
    damaged = large.read_bytes()[:-40]
    large.write_bytes(damaged)
    with pytest.raises(BadFileError, match=r"02_memory.md:5:1: the section log begins here but does not end"):
        append(large)
    assert large.read_bytes() == damaged


def test_a_full_disk_leaves_a_large_log_as_it_was(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real, calls = large.read_bytes(), os.pwrite, []

    def full(descriptor: int, data: bytes, at: int) -> int:
        calls.append(at)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data[:50] if len(calls) == 1 else data, at)

    monkeypatch.setattr(log_file.os, "pwrite", full)
    with pytest.raises(WriteRefusedError, match="the disk is full"):
        append(large)
    assert large.read_bytes() == before


def test_a_file_that_an_editor_puts_in_its_place_gets_the_row(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = large.with_name("saved")
    saved.write_bytes(large.read_bytes() + b"\nmy words\n")
    real = os.fsync

    def replaced(descriptor: int) -> None:
        if saved.exists():
            saved.rename(large)
        real(descriptor)

    monkeypatch.setattr(log_file.os, "fsync", replaced)
    append(large)
    text = large.read_text()
    assert text.endswith("my words\n") and text.count("| 01Z |") == 2


def test_a_read_only_large_log_is_refused(large: Path) -> None:
    if os.geteuid() == 0:
        os.chown(large, 65534, 65534)
    large.chmod(0o444)
    before = large.read_bytes()
    with pytest.raises(WriteRefusedError, match="is read-only"):
        append(large)
    assert large.read_bytes() == before


def test_old_rows_move_to_their_month(small: Path) -> None:
    rows = tuple(numbered(number) for number in range(40))
    append(small, rows)
    assert archive_log(str(small), str(small.parent), 5)
    assert not archive_log(str(small), str(small.parent), 5)
    files = [*sorted((small.parent / "memory").iterdir()), small]
    assert [one.name for one in files] == ["perf-2026-01.md", "perf-2026-02.md", "02_memory.md"]
    assert tuple(row for one in files for row in read_log(one.read_text(), one.name)[0]) == rows


def test_a_crash_between_archive_and_log_doubles_nothing(small: Path) -> None:
    append(small, tuple(numbered(number) for number in range(10)))
    before = small.read_bytes()
    archive_log(str(small), str(small.parent), 4)
    whole, archived = small.read_bytes(), (small.parent / "memory/perf-2026-01.md").read_bytes()
    small.write_bytes(before)  # as if the log had not been reached
    archive_log(str(small), str(small.parent), 4)
    assert (small.read_bytes(), (small.parent / "memory/perf-2026-01.md").read_bytes()) == (whole, archived)
