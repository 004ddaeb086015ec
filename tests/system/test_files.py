from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_perf.memory.edits import AppendRow
from resonance_perf.model.errors import BadFileError, WriteRefusedError
from resonance_perf.system.files import edit_file, locked, read_text, sweep
from tests.memory.test_log import ROW, numbered


def plus(text: str) -> str:
    return text + "more\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "repo" / ".resonance" / "01_state.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"state\n")
    return path


@pytest.fixture
def root(file: Path) -> str:
    return str(file.parents[1])


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises((WriteRefusedError, BadFileError)) as raised:
        call()
    return str(raised.value)


def left(file: Path) -> list[str]:
    return sorted(one.name for one in file.parent.iterdir())


def test_bytes_around_the_edit_stay(file: Path, root: str) -> None:
    before = "\ufeffa\r\nb  \n\tü🙂\u202eם\rno end".encode()
    file.write_bytes(before)
    assert read_text(str(file), root).encode() == before
    assert edit_file(str(file), root, plus)
    assert file.read_bytes() == before + b"more\n"


def test_no_change_is_no_write(file: Path, root: str) -> None:
    stat = file.stat()
    assert not edit_file(str(file), root, lambda text: text)
    assert file.stat() == stat


def test_mode_bits_stay_and_no_draft_is_left(file: Path, root: str) -> None:
    file.chmod(0o640)
    edit_file(str(file), root, plus)
    assert (file.stat().st_mode & 0o777, left(file)) == (0o640, ["01_state.md"])


def test_a_draft_of_a_crash_is_replaced(file: Path, root: str) -> None:
    (file.parent / ".01_state.md.resonance-perf").write_text("half")
    edit_file(str(file), root, plus)
    assert (file.read_text(), left(file)) == ("state\nmore\n", ["01_state.md"])


def test_a_save_during_the_edit_is_not_lost(file: Path, root: str) -> None:
    seen = []

    def edit(text: str) -> str:
        if not seen:
            file.write_text("saved by an editor\n")
        seen.append(text)
        return plus(text)

    assert edit_file(str(file), root, edit)
    assert seen == ["state\n", "saved by an editor\n"]
    assert file.read_text() == "saved by an editor\nmore\n"


def test_a_file_that_never_rests_is_left_alone(file: Path, root: str) -> None:
    def edit(text: str) -> str:
        file.write_text(text + "!")
        return plus(text)

    assert "01_state.md is being written all the time" in refusal(lambda: edit_file(str(file), root, edit))
    assert left(file) == ["01_state.md"]


def test_two_writers_lose_nothing(file: Path, root: str) -> None:
    file.write_text("# Memory\n")
    rows = [numbered(number) for number in range(24)]

    def write(part: int) -> None:
        for row in rows[part::3]:
            edit_file(str(file), root, AppendRow(row).apply)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(file.read_text().count(row.run) == 1 for row in rows)


def test_a_missing_file_is_made_with_its_folder(file: Path, root: str) -> None:
    path = file.parent / "memory" / "perf-2026-11.md"
    mask = os.umask(0o027)
    try:
        assert edit_file(str(path), root, plus, create="new\n")
    finally:
        os.umask(mask)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new\nmore\n", 0o640)
    assert edit_file(str(path.with_name("b")), root, lambda text: text, create="as it is")


def test_somebody_who_was_faster_keeps_their_file(file: Path, root: str) -> None:
    assert not edit_file(str(file), root, lambda text: text, create="ours")
    assert file.read_text() == "state\n"


def test_a_link_inside_the_repository_is_written_through(file: Path, root: str) -> None:
    real = file.parents[1] / "docs" / "state.md"
    real.parent.mkdir()
    file.rename(real)
    file.symlink_to(real)
    edit_file(str(file), root, plus)
    assert (file.is_symlink(), real.read_text()) == (True, "state\nmore\n")


def test_a_link_out_of_the_repository_is_refused(file: Path, root: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("theirs")
    file.unlink()
    file.symlink_to(outside)
    for call in (lambda: edit_file(str(file), root, plus), lambda: read_text(str(file), root)):
        assert refusal(call).startswith(f".resonance/01_state.md is a link to {outside}, outside the repository.")
    assert outside.read_text() == "theirs"


def test_a_folder_that_is_a_link_out_is_refused(file: Path, root: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)
    assert "is a link to" in refusal(lambda: edit_file(str(file), root, plus))


def test_latin_1_is_refused_with_its_place(file: Path, root: str) -> None:
    file.write_bytes("a\näé".encode() + "ü".encode("latin-1"))
    said = ".resonance/01_state.md:2:3: byte 0xfc is not UTF-8 (offset 6). Save the file as UTF-8; nothing was written."
    assert refusal(lambda: edit_file(str(file), root, plus)) == said


def test_what_an_edit_complains_of_is_said_with_the_whole_path(file: Path, root: str) -> None:
    path = file.with_name("02_memory.md")
    path.write_text("<!-- resonance-perf:end log -->\n")
    assert refusal(lambda: edit_file(str(path), root, AppendRow(ROW).apply)).startswith(".resonance/02_memory.md:1:1: ")


def test_a_read_only_file_stays_as_it_is(file: Path, root: str) -> None:
    file.chmod(0o444)
    assert "is read-only. Allow it: chmod u+rw .resonance/01_state.md" in refusal(
        lambda: edit_file(str(file), root, plus)
    )
    assert (file.read_text(), left(file)) == ("state\n", ["01_state.md"])


def test_a_file_that_an_editor_moves_away_for_a_moment_is_not_read_only(
    file: Path, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved_meanwhile(path: str, mode: int) -> bool:
        monkeypatch.undo()
        os.rename(path, f"{path}~")
        writable = os.access(path, mode)
        Path(path).write_text("theirs\n")
        return writable

    monkeypatch.setattr(os, "access", saved_meanwhile)
    assert edit_file(str(file), root, lambda text: text + "ours\n")
    assert file.read_text() == "theirs\nours\n"


def test_a_read_only_folder_is_a_sentence(file: Path, root: str) -> None:
    with read_only(file.parent):
        said = refusal(lambda: edit_file(str(file), root, plus))
    assert ".resonance/01_state.md or its folder may not be read or is read-only." in said


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write into the folder; root, who always may, is somebody else meanwhile."""
    us, mode, above = os.geteuid(), folder.stat().st_mode, folder
    while us == 0 and os.stat(above).st_mode & 0o005 != 0o005:  # pytest closes its folders to others
        above.chmod(0o755)
        above = above.parent
    folder.chmod(0o555)
    if us == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(us)
        folder.chmod(mode)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("when", ["write", "fsync"])
def test_a_full_disk_leaves_the_old_file_and_no_draft(
    file: Path, root: str, monkeypatch: pytest.MonkeyPatch, code: int, when: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync" if when == "fsync" else "fchmod", full)
    assert refusal(lambda: edit_file(str(file), root, plus)) == (
        ".resonance/01_state.md was not written: the disk is full. Free space; nothing is lost."
    )
    assert (file.read_text(), left(file)) == ("state\n", ["01_state.md"])


def test_a_file_size_limit_of_the_system_is_a_sentence(file: Path, root: str) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        said = refusal(lambda: edit_file(str(file), root, lambda text: text + "x" * 10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "the disk is full" in said
    assert (file.read_text(), left(file)) == ("state\n", ["01_state.md"])


def test_what_is_no_file_is_a_sentence(file: Path, root: str) -> None:
    file.unlink()
    assert refusal(lambda: edit_file(str(file), root, plus)).startswith(".resonance/01_state.md is missing. Run `reson")
    os.mkfifo(file)
    assert ".resonance/01_state.md is no regular file" in refusal(lambda: read_text(str(file), root))
    file.unlink()
    file.mkdir()
    assert ".resonance/01_state.md is a folder" in refusal(lambda: edit_file(str(file), root, plus))
    file.rmdir()
    file.symlink_to(file.name)
    assert ".resonance/01_state.md" in refusal(lambda: edit_file(str(file), root, plus))


def test_an_interrupt_leaves_no_draft(file: Path, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resonance_perf.system.contents.exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        edit_file(str(file), root, plus)
    assert (file.read_text(), left(file)) == ("state\n", ["01_state.md"])


def test_the_lock_is_given_back(file: Path) -> None:
    for _ in range(2):
        with locked(str(file.parent)):
            pass


@settings(deadline=None)
@given(st.text())
def test_any_text_survives_the_file(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.md")
        edit_file(path, folder, lambda _: text, create="")
        assert not os.path.exists(path) or read_text(path, folder) == text


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (".02_memory.md.resonance-perf", "02_memory.md", ".mine", "my.resonance-perf"):
        (tmp_path / name).write_text("x")
    sweep(str(tmp_path))
    sweep(str(tmp_path / "missing"))
    assert sorted(one.name for one in tmp_path.iterdir()) == [".mine", "02_memory.md", "my.resonance-perf"]
