"""What `trust` shows before it allows anything."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from resonance_perf.app.workspace import open_workspace
from resonance_perf.model.benchmark import CommandSettings
from tests.cli.conftest import Watched

BUDGETS = '# State\n\n```json\n{"budgets": {}}\n```\n'
CONFIG = """version: 1
benchmarks:
  one: {driver: command, setup: [make], command: [./one], profiler: py-spy}
  two: {driver: http, serve: [./two, "{port}"], url: "http://127.0.0.1:{port}/"}
  three: {driver: count, counter: instructions, command: [./three]}
  four: {driver: k6, script: four.js, serve: [./four], ready: "http://127.0.0.1:1/", metrics: {p95: {}}}
"""
BESIDE = """version: 1
env: {LD_PRELOAD: ./evil.so, TOKEN: ~}
benchmarks:
  page: {driver: web, url: "http://127.0.0.1:1/", browser: ./evil, metrics: {lcp: {}}}
  rows: {driver: count, counter: sqlite, database: shop.db, queries: [DELETE FROM orders]}
"""


def test_everything_that_would_run_is_shown(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    watched.repo.write({".resonance/config.yaml": CONFIG})
    code, out, _ = watched.run("trust", "--yes")
    shown = [line.strip() for line in out.splitlines() if line.startswith("  ")]
    assert code == 0
    assert shown.pop(2) == "one profiler: py-spy around its command, when it became slower"
    assert shown[:6] == [
        "one setup: make", "one command: ./one", "two serve: ./two {port}", "three command: ./three",
        "four serve: ./four", shown[5],
    ]  # fmt: skip
    assert shown[5].startswith("four command: k6 run ") and shown[5].endswith(" four.js")


def test_what_no_command_names_and_yet_decides_what_runs_is_shown(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    watched.repo.write({".resonance/config.yaml": BESIDE})
    shown = watched.run("trust", "--yes")[1]
    assert '"browser": "./evil"' in shown
    assert "  rows query: DELETE FROM orders\n" in shown and "  rows database: shop.db\n" in shown
    assert "  all of them env: LD_PRELOAD=./evil.so\n" in shown and "  all of them env: TOKEN (yours)\n" in shown


def test_a_config_that_a_merge_has_changed_does_not_run(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    repo, mine = watched.repo, CONFIG.replace("./one", "./mine")
    repo.commit({".resonance/config.yaml": CONFIG}, "watch")
    assert watched.run("trust", "--yes")[0] == 0
    repo.git("checkout", "-qb", "theirs")
    repo.commit({".resonance/config.yaml": mine}, "Faster builds")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge", "theirs")
    config, said = open_workspace(str(repo.path)).trusted_config()
    assert config.benchmarks[0].settings == CommandSettings(command=("./one",))
    assert said.startswith(".resonance/config.yaml has changed since it was trusted")
    assert watched.run("run")[0] == 5


def test_a_file_that_a_command_names_is_told_when_it_changed(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(BUDGETS)
    watched.repo.write({".resonance/config.yaml": CONFIG, "one": "1", "two": "2"})
    assert watched.run("trust", "--yes")[0] == 0
    assert open_workspace(str(watched.repo.path)).trusted_config()[1] == ""
    watched.repo.write({"two": "3"})
    code, _, said = watched.run("run")
    assert (code, said.startswith("resonance-perf: ./two has changed since it was trusted")) == (5, True)


def test_without_a_home_nothing_is_allowed_by_what_lies_in_the_repository(
    make_watched: Callable[[str], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = make_watched(BUDGETS)
    monkeypatch.chdir(watched.repo.path)
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # a user whom the system does not know, without HOME
    code, _, said = watched.run("trust", "--yes")
    assert (code, "Set XDG_STATE_HOME to a folder of yours" in said) == (2, True)
    assert watched.repo.git("status", "--porcelain") == ""
    assert watched.run("run")[0] == 5


def test_a_home_that_is_not_there_is_a_sentence(
    make_watched: Callable[[str], Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = make_watched(BUDGETS)
    monkeypatch.setenv("XDG_STATE_HOME", os.path.join(os.devnull, "state"))
    code, _, said = watched.run("trust", "--yes")
    assert (code, said.count("\n"), "Set XDG_STATE_HOME to a folder of yours" in said) == (2, 1, True)


@pytest.mark.parametrize("command", ["status", "doctor", "trust"])
def test_root_by_sudo_writes_nothing_that_the_user_could_not_change(
    make_watched: Callable[[str], Watched], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    watched = make_watched(BUDGETS)
    if os.geteuid() == 0:
        for one in [watched.repo.path, *watched.repo.path.rglob("*")]:
            os.chown(one, 65534, 65534)
    monkeypatch.setenv("SUDO_UID", str(watched.repo.path.stat().st_uid))
    monkeypatch.setenv("SUDO_USER", "grace")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    code, _, said = watched.run(command)
    assert (code, "what root writes there, grace cannot change afterwards. Leave sudo out" in said) == (2, True)
    assert not (watched.repo.path / ".git/resonance").exists()
