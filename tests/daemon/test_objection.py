"""What has changed since it was trusted is told once, whatever else is told meanwhile."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest

from resonance_perf.app.workspace import open_workspace
from resonance_perf.cli import main
from resonance_perf.daemon.daemon import Daemon
from resonance_perf.store.store import Store
from tests.conftest import GitRepo

CONFIG = "version: 1\nbenchmarks:\n  work: {driver: command, command: [python3, work.py]}\n"


def test_a_program_that_its_benchmark_names_may_change_with_every_commit(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("resonance_perf.daemon.voice.tell", lambda line, _log: said.append(line))
    repo.commit({".resonance/config.yaml": CONFIG, "work.py": "pass\n"}, "watch")
    assert main(["trust", "--yes", "-C", str(repo.path)]) == 0
    work = open_workspace(str(repo.path))
    with closing(Store(work.private())) as store:
        daemon = Daemon(work, store, logging.getLogger("test"))
        for number in range(3):
            repo.commit({"work.py": f"{number}\n"})
            assert daemon._runnable() is not None
            daemon._block("a bisect is in progress")
    (told,) = [line for line in said if "trusted" in line]
    assert told.startswith("⚪ work.py has changed since it was trusted; look at it, then run")
