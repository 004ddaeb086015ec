from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from resonance_perf.cli import main
from resonance_perf.config.load import load_config
from tests.conftest import GitRepo
from tests.e2e.conftest import COMMAND

CONFIG = ".resonance/config.yaml"
MAKEFILE = {"Makefile": "bench:\n\ttrue\n"}
END_OF_INPUT = b"\x04"


def init(repo: GitRepo, *words: str) -> int:
    return main(["init", "-C", str(repo.path), *words])


def at_a_terminal(repo: GitRepo, keys: bytes, *words: str) -> tuple[int, str]:
    """Run the command with a terminal on which somebody types."""
    ours, theirs = pty.openpty()
    os.write(ours, keys)
    done = subprocess.run([COMMAND, *words], cwd=repo.path, stdin=theirs, capture_output=True, text=True, timeout=60)
    os.close(theirs)
    os.close(ours)
    assert "bug of ours" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def benchmarks(repo: GitRepo) -> list[str]:
    config, problems = load_config((repo.path / CONFIG).read_text(), CONFIG)
    assert config is not None, problems
    return [one.name for one in config.benchmarks]


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115  # pytest's own refuses to be asked


@pytest.mark.usefixtures("no_terminal")
def test_without_a_terminal_nothing_is_written_and_the_way_is_named(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write(MAKEFILE)
    assert init(repo) == 2
    said = capsys.readouterr().err
    assert "found to measure: make-bench. There is no terminal to ask on, and nothing was written." in said
    assert "Take them all with --yes." in said
    assert not (repo.path / ".resonance").exists()
    assert init(repo, "--yes") == 0
    assert benchmarks(repo) == ["make-bench"]


@pytest.mark.usefixtures("no_terminal")
def test_a_config_without_benchmarks_is_open_for_what_is_found_later(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(repo) == 0
    assert benchmarks(repo) == []
    before = (repo.path / CONFIG).read_bytes()
    repo.write(MAKEFILE)
    assert init(repo, "--yes") == 0
    assert benchmarks(repo) == ["make-bench"]
    after = (repo.path / CONFIG).read_bytes()
    head, tail = before.split(b"benchmarks: {}\n")
    assert after.startswith(head) and after.endswith(tail)
    capsys.readouterr()
    assert init(repo, "--yes") == 0
    assert capsys.readouterr().out.startswith("everything is there")
    assert (repo.path / CONFIG).read_bytes() == after


@pytest.mark.usefixtures("no_terminal")
def test_yes_takes_the_hooks_too_and_no_hooks_leaves_them(repo: GitRepo) -> None:
    hook = repo.path / ".git/hooks/post-commit"
    assert init(repo, "--yes", "--no-hooks") == 0
    assert not hook.exists()
    assert init(repo, "--yes") == 0
    assert hook.exists()


def test_the_end_of_input_at_a_question_stops_and_writes_nothing(repo: GitRepo) -> None:
    repo.write(MAKEFILE)
    code, said = at_a_terminal(repo, END_OF_INPUT, "init")
    assert code == 130
    assert "there was no answer. What was asked about is as it was." in said
    assert not (repo.path / ".resonance").exists()


def test_the_end_of_input_at_the_last_question_is_a_no(repo: GitRepo, tmp_path: Path) -> None:
    repo.write(MAKEFILE)
    code, said = at_a_terminal(repo, b"y\n" + END_OF_INPUT, "init")
    assert code == 0, said
    assert benchmarks(repo) == ["make-bench"]
    assert not (repo.path / ".git/hooks/post-commit").exists()
    code, said = at_a_terminal(repo, END_OF_INPUT, "trust")
    assert code == 5
    assert "nothing was allowed" in said


@pytest.mark.usefixtures("no_terminal")
def test_hooks_that_are_refused_are_no_success_where_they_were_asked_for(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({".githooks/post-commit": "#!/bin/sh\n:\n"})
    repo.git("config", "core.hooksPath", ".githooks")
    assert init(repo, "--yes") == 0
    assert "run `resonance-perf hooks install --force`" in capsys.readouterr().out
    assert init(repo, "--yes", "--hooks") == 2
    assert main(["hooks", "-C", str(repo.path), "install"]) == 2
    assert main(["hooks", "-C", str(repo.path), "install", "--force"]) == 0


@pytest.mark.usefixtures("no_terminal")
def test_what_is_to_be_committed_is_named_once(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(repo) == 0
    assert "  git add .resonance, and commit\n" in capsys.readouterr().out
    repo.git("clean", "-fdq")
    repo.write({"config.yaml": "version: 1\nbenchmarks: {}\n"})
    assert init(repo) == 0
    assert "  git add .resonance config.yaml, and commit\n" in capsys.readouterr().out


def test_counting_is_offered_where_the_clock_is_unsteady_and_never_for_node(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("resonance_perf.cli.init.spread", lambda: 0.2)
    repo.write({"package.json": '{"scripts": {"bench": "node bench.js"}}'})
    assert init(repo, "--yes", "--no-hooks") == 0
    assert "counter: instructions" not in capsys.readouterr().out and benchmarks(repo) == ["bench"]
    repo.git("clean", "-fdq")
    repo.write(MAKEFILE)
    assert init(repo, "--yes", "--no-hooks") == 0
    said = capsys.readouterr().out
    assert "took ±10 %" in said and "of the program that\n  make-bench runs" in said


def test_a_k6_script_is_found_whatever_it_is_called_by_what_is_left_to_read(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "import http from 'k6/http';\nexport default function () {}\n"
    repo.write({"tests/api.js": script, "deep/er/other.js": script, "node_modules/x/k6.js": script, **MAKEFILE})
    monkeypatch.setattr("resonance_perf.cli.init.READ_AT_MOST", 2)
    assert init(repo, "--yes", "--no-hooks") == 0
    assert benchmarks(repo) == ["make-bench", "k6-api"]
