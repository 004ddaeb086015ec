"""The command `tools`: what is here, what was measured with it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.model.driving import Program
from resonance_perf.system.programs import found
from tests.cli.conftest import Watched

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
BUDGETS = '# State\n\n```json\n{"budgets": {"it": {"limit": "150ms", "metric": "checkout.p95"}}}\n```\n'
CONFIG = """version: 1
benchmarks:
  checkout: {driver: k6, script: load.js, metrics: {p95: {}}}
"""


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_a_program_is_asked_for_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "loads", 'echo "loads v1.42.0 ($1)"')
    program(tmp_path, "mute", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin:/usr/bin")
    asked = {name: Program(name=name, install="apt") for name in ("loads", "mute", "not-there-at-all")}
    assert found(asked) == {"loads": "1.42.0", "mute": "yes"}


def test_a_program_without_the_module_that_drives_it_is_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "browser", 'echo "browser 1.2"')
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = {name: Program(name="browser", install="pip", module=name) for name in ("json", "not_there_at_all")}
    assert found(asked) == {"json": "1.2"}


def test_it_says_what_is_here_and_what_was_measured_last(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    watched.repo.write({".resonance/config.yaml": CONFIG})
    summary = str(FIXTURES / "k6/pass.summary-export.json")
    assert watched.run("import", "k6", summary, "--benchmark", "checkout")[0] == 0
    code, out, _ = watched.run("tools", "--json")
    k6 = next(one for one in json.loads(out)["tools"] if one["tool"] == "k6")
    assert code == 0 and k6["driver"] == "k6" and k6["last"].startswith("checkout at ")
    assert "script" in k6["keys"] and "p95" in k6["metrics"] and k6["reader"]


def test_a_tool_without_a_driver_of_its_own_is_only_read(make_watched: Callable[[str], Watched]) -> None:
    lines = make_watched(BUDGETS).run("tools")[1].splitlines()
    assert any(line.startswith("har ") and "read only" in line for line in lines)


def test_a_program_in_the_tree_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "loads", f"touch {tmp_path}/ran")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}/bin:/usr/bin")
    assert found({"loads": Program(name="loads", install="apt")}) == {}
    assert not (tmp_path / "ran").exists()
