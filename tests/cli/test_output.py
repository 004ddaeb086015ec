from __future__ import annotations

import json
import os
import subprocess
import sys
from math import inf, nan

import pytest

from resonance_perf.cli.output import print_json, table
from tests.conftest import GitRepo


def test_what_is_no_json_number_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"high": inf, "rows": [{"p": nan}, (1.5, -inf)], "text": "∞"})
    said = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert said == {"high": None, "rows": [{"p": None}, [1.5, None]], "text": "∞"}


def test_what_acts_on_a_terminal_is_escaped_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\u202etxt.exe \x9b2J \x1b[31m \ud800 é"
    print_json({"subject": text})
    said = capsys.readouterr().out
    assert json.loads(said) == {"subject": text}
    assert all(line.isprintable() for line in said.splitlines()) and "é" in said


def test_a_wide_table_is_cut_on_a_terminal_and_whole_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["k6", "what it summarises"], ["ab", "what"]]
    monkeypatch.setenv("COLUMNS", "12")
    monkeypatch.setenv("NO_COLOR", "1")
    assert table(("tool", "about"), rows, cut=True).splitlines()[1] == "k6    what it summarises"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert table(("tool", "about"), rows, cut=True).splitlines() == ["tool  about", "k6    what …", "ab    what"]
    assert table(("tool", "about"), rows).splitlines()[1] == "k6    what it summarises"


def test_a_terminal_that_knows_no_emoji_is_no_bug_of_ours(repo: GitRepo) -> None:
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n", "caf\u00e9": ""}, "🔴")
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    for words in (("doctor",), ("doctor", "--json")):
        done = subprocess.run(
            [sys.executable, "-m", "resonance_perf", *words], cwd=repo.path, capture_output=True, env=env
        )
        assert (done.returncode, done.stderr) == (2, b"")
    assert json.loads(done.stdout)["findings"]
