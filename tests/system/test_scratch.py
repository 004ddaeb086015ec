"""Folders for what tools leave: those of killed processes go, everything else stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from resonance_perf.model.errors import ResonanceError
from resonance_perf.system.scratch import scratch, sweep, temporary_folder

HOLDS = """import sys, time
from resonance_perf.system.scratch import scratch
with scratch(sys.argv[1]) as folder:
    open(folder + "/result", "w").close()
    print(folder, flush=True)
    time.sleep(60)
"""
NAME = "resonance-perf.abcd1234"


def holding(place: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(place)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_gone_afterwards_whatever_was_made_of_it(tmp_path: Path) -> None:
    with scratch(str(tmp_path)) as folder:
        closed = Path(folder, "cache", "module")
        closed.mkdir(parents=True)
        (closed / "file").write_text("x")
        (closed / "elsewhere").symlink_to(tmp_path)
        for one in (closed, closed.parent):
            one.chmod(0o500)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_has_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    (killed, orphan), (living, used) = holding(tmp_path), holding(tmp_path)
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        sweep(str(tmp_path))
        assert not orphan.exists()
        assert (used / "result").exists()
    finally:
        living.kill()
        living.wait(10)


def test_what_is_no_folder_of_ours_stays(tmp_path: Path) -> None:
    place, precious = tmp_path / "tmp", tmp_path / "precious"
    for one in (place, precious, place / "resonance-perf.other", place / "resonance-perf-abcd1234"):
        one.mkdir()
    (precious / "work").write_text("mine")
    (place / NAME).symlink_to(precious)
    (place / NAME.upper()).mkdir()
    (place / "resonance-perf.file5678").write_text("no folder")
    before = sorted(place.iterdir())
    sweep(str(place))
    assert sorted(place.iterdir()) == before
    assert (precious / "work").read_text() == "mine"


def test_a_folder_of_another_user_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NAME).mkdir()
    us = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: us + 1)
    sweep(str(tmp_path))
    assert (tmp_path / NAME).exists()
    monkeypatch.setattr(os, "geteuid", lambda: us)
    sweep(str(tmp_path))
    assert not (tmp_path / NAME).exists()


def test_nothing_is_removed_where_anybody_may_put_another_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    tmp_path.chmod(0o777)
    sweep(str(tmp_path))
    assert (tmp_path / NAME).exists()
    tmp_path.chmod(0o1777)
    sweep(str(tmp_path))
    assert not (tmp_path / NAME).exists()


def test_the_folder_that_we_are_in_is_no_place_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # what Python takes where /tmp is read-only
    with pytest.raises(ResonanceError, match="Set TMPDIR to one"):
        temporary_folder()
    sweep()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert temporary_folder() == str(tmp_path)
