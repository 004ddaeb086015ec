from __future__ import annotations

import json
from math import inf, nan

import pytest

from resonance_perf.cli.output import print_json, table


def test_what_is_no_json_number_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"high": inf, "rows": [{"p": nan}, (1.5, -inf)], "text": "∞"})
    said = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert said == {"high": None, "rows": [{"p": None}, [1.5, None]], "text": "∞"}


def test_a_wide_table_is_cut_on_a_terminal_and_whole_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["k6", "what it summarises"], ["ab", "what"]]
    monkeypatch.setenv("COLUMNS", "12")
    monkeypatch.setenv("NO_COLOR", "1")
    assert table(("tool", "about"), rows, cut=True).splitlines()[1] == "k6    what it summarises"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert table(("tool", "about"), rows, cut=True).splitlines() == ["tool  about", "k6    what …", "ab    what"]
    assert table(("tool", "about"), rows).splitlines()[1] == "k6    what it summarises"
