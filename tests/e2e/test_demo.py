from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import until
from tests.e2e.conftest import COMMAND

pytestmark = pytest.mark.slow
ENV = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.mark.timeout(900)
def test_the_whole_story(tmp_path: Path) -> None:
    """Real measurements may be unsure on a machine that others use, and the demo says so; twice in a row is a defect."""
    for attempt in range(2):
        folder = tmp_path / f"shop{attempt}"
        done = subprocess.run([COMMAND, "demo", "--dir", str(folder)], capture_output=True, text=True, env=ENV)
        if done.returncode == 0:
            break
        assert "The story did not come out as told: " in done.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(exit code 3)" in done.stdout
    assert "perf(budget): tighten api_p95" in done.stdout
    assert "The story is told" in done.stderr
    log = subprocess.run(["git", "log", "--format=%s"], cwd=folder, capture_output=True, text=True).stdout
    assert "perf(budget): tighten api_p95" in log
    assert log.startswith("perf(budget): loosen api_p95")
    assert "may not approve" in done.stdout and "Perf-Approved-by: Ada Lovelace <ada@example.org>" in done.stdout
    assert _processes_in(str(folder)) == []


@pytest.mark.shared
@pytest.mark.timeout(500)
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_the_tour_of_the_page(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    done = subprocess.run(
        [COMMAND, "demo", "--tour", "web", "--dir", str(tmp_path / "shop")], capture_output=True, text=True, env=ENV
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100 % web/greeting.js (new" in done.stdout and "html>body>main (new" in done.stdout
    assert _processes_in(str(tmp_path)) == []


@pytest.mark.shared
def test_an_interrupted_demo_cleans_up(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [COMMAND, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**ENV, "TMPDIR": str(tmp_path)},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "watching" in line:
            break
    (folder,) = tmp_path.glob("resonance-demo-*")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert not folder.exists()
    until(lambda: not _processes_in(str(folder)), "its processes to end", 10)


@pytest.mark.shared
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    done = subprocess.run([COMMAND, "demo", "--dir", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 2
    assert "exists and is not empty" in done.stderr


def _processes_in(folder: str) -> list[str]:
    """Command lines of processes whose working folder is below `folder`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            cwd = os.readlink(f"/proc/{pid}/cwd")
            if cwd.startswith(folder):
                found.append(Path(f"/proc/{pid}/cmdline").read_text())
        except OSError:
            continue
    return found
