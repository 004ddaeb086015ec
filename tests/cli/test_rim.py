from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from resonance_perf.cli import COMMANDS, main
from tests.conftest import GitRepo


def cli(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "resonance_perf", *words], cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main([name, "--help"])
    assert raised.value.code == 0
    assert "example:\n  resonance-perf " in capsys.readouterr().out


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name}" in out for name in COMMANDS)


def test_a_typo_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staus"]) == 2
    assert 'there is no command "staus". Did you mean "status"?' in capsys.readouterr().err


@pytest.mark.parametrize("name", ["status", "check", "run", "daemon", "doctor", "trust"])
def test_outside_a_repository_is_a_sentence(name: str, tmp_path: Path) -> None:
    done = cli(name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not in a git repository. Go into one, or make one" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_repository_without_config_says_init(repo: GitRepo) -> None:
    done = cli("status", cwd=repo.path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert 'Run "resonance-perf init" in the repository first.' in done.stderr


def test_a_bare_repository_is_a_sentence(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert "is a bare repository" in cli("check", cwd=tmp_path / "bare.git").stderr


def test_a_config_that_cannot_be_read_says_every_place(repo: GitRepo) -> None:
    repo.write({".resonance/config.yaml": "version: 1\nbenchmarks:\n  a:\n    driver: htp\n  b:\n    drivr: http\n"})
    done = cli("check", cwd=repo.path)
    assert done.returncode == 2
    assert ".resonance/config.yaml:4:13: " in done.stderr
    assert ".resonance/config.yaml:5:3: " in done.stderr


def test_a_reader_that_goes_away_is_no_error(repo: GitRepo) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "resonance_perf", "--help"], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert b"Traceback" not in done.stderr


def test_status_imports_only_what_it_needs(repo: GitRepo) -> None:
    """The commands that are typed many times a day: no YAML, no markdown, no watcher, no asyncio."""
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n", ".resonance/01_state.md": "# State\n"})
    cli("status", cwd=repo.path)
    code = (
        "import sys\nfrom resonance_perf.cli import main\nmain(['status'])\n"
        "heavy = {'ruamel', 'markdown_it', 'watchdog', 'apscheduler', 'asyncio', 'subprocess', 'numpy', 'brotli', 'logging'}\n"
        "assert not heavy & {name.partition('.')[0] for name in sys.modules}, heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_gate_imports_no_profiler(repo: GitRepo) -> None:
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n", ".resonance/01_state.md": "# State\n"})
    code = (
        "import sys\nfrom resonance_perf.cli import main\nmain(['check'])\n"
        "heavy = {one for one in sys.modules if one.startswith(('resonance_perf.profilers', 'resonance_perf.app.profiling'))}\n"
        "assert not heavy and 'concurrent.futures' not in sys.modules, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_bug_of_ours_is_told_where_no_file_can_be_written(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repo.path)
    monkeypatch.setattr(tempfile, "tempdir", str(repo.path))  # what Python takes where /tmp is read-only
    monkeypatch.setattr("resonance_perf.cli.status.view", lambda *_: 1 // 0)
    assert main(["status"]) == 70
    said = capsys.readouterr().err
    assert "Please send us this:" in said and "ZeroDivisionError" in said
    assert repo.git("status", "--porcelain") == ""


def test_a_link_that_never_ends_is_not_read(repo: GitRepo) -> None:
    (repo.path / "config.yaml").symlink_to("/dev/zero")
    done = subprocess.run(
        [sys.executable, "-m", "resonance_perf", "status"], cwd=repo.path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, "there is no config" in done.stderr) == (2, True)
