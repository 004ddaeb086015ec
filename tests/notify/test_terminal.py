from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from resonance_perf.notify.terminal import open_log, tell


def test_a_line_is_printed_and_kept_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell("🔴 api is slower", open_log(str(tmp_path / "log")))
    assert capsys.readouterr().out == "🔴 api is slower\n"
    assert (tmp_path / "log/daemon.log").read_text().endswith(" INFO 🔴 api is slower\n")


def test_what_a_benchmark_wrote_stays_one_line_and_moves_no_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell("failed: \x1b[2Jgone\nsecond", open_log(str(tmp_path)))
    assert capsys.readouterr().out == "failed: \ufffd[2Jgone / second\n"
    assert (tmp_path / "daemon.log").read_text().count("\n") == 1


class _Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("closed", [False, True])
def test_a_terminal_that_is_gone_does_not_stop_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    stream = _Gone()
    if closed:
        stream.close()
    monkeypatch.setattr(sys, "stdout", stream)
    tell("said to nobody", open_log(str(tmp_path)))
    assert "INFO said to nobody" in (tmp_path / "daemon.log").read_text()


def test_the_log_is_rotated_and_old_ones_are_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = open_log(str(tmp_path))
    for _ in range(80):
        tell("x" * 100_000, log)
    capsys.readouterr()
    kept = list(tmp_path.iterdir())
    assert len(kept) == 6
    assert all(one.stat().st_size <= 1_000_000 for one in kept)


def test_opening_it_again_says_nothing_twice(tmp_path: Path) -> None:
    open_log(str(tmp_path))
    tell("once", open_log(str(tmp_path)))
    assert (tmp_path / "daemon.log").read_text().count("once") == 1
