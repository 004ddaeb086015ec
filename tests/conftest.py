"""Real repositories in temporary folders; an environment in which no setting of the machine's user counts."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and nothing of the property.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# A shell that starts us in the background leaves SIGINT ignored, and so would every program that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker begins with its share of the slow tests, those with a time limit of their own before the others, so
    that what one takes from another in the end is short."""
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    slow = [one for one in items if one.get_closest_marker("slow")]
    slow.sort(key=lambda one: one.get_closest_marker("timeout") is None)
    quick = [one for one in items if not one.get_closest_marker("slow")]
    items[:] = [
        one
        for at in range(workers)
        for part in (slow, quick)
        for one in part[at * len(part) // workers : (at + 1) * len(part) // workers]
    ]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Grace Hopper\n\temail = grace@example.org\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "RESONANCE_PERF_TRUST", "RESONANCE_PERF_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_wait(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests are the neighbours that a measurement would wait for."""
    shared = request.node.get_closest_marker("shared")
    if shared or request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr("resonance_perf.app.quiet.wait_for_quiet", lambda *_: "")
    if shared:
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "beside"))


def until(true: Callable[[], object], what: str = "it", within_s: float = 120.0) -> None:
    """Wait until something is true, and fail when it is not in time."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, f"waited {within_s:.0f} s for {what}"
        time.sleep(0.005)


@dataclass(frozen=True)
class GitRepo:
    """A real repository; `git` runs in it, `commit` writes files and commits them."""

    path: Path

    def git(self, *args: str, data: str | None = None) -> str:
        done = subprocess.run(["git", *args], cwd=self.path, input=data, capture_output=True, text=True)
        assert done.returncode == 0, f"git {args}: {done.stderr}"
        return done.stdout.strip()

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def commit(self, files: dict[str, str], message: str = "change", *, author: str | None = None) -> str:
        self.write(files)
        self.git("add", "--all", "--", *files)
        by = ["--author", author] if author else []
        said = self.git("-c", "core.abbrev=no", "commit", "--allow-empty", "-m", message, *by)
        return said.partition("]")[0].rpartition(" ")[2]


@pytest.fixture
def make_repo(tmp_path: Path) -> Callable[[str], GitRepo]:
    """Make an empty repository called so."""

    def make(name: str) -> GitRepo:
        path = tmp_path / name
        path.mkdir()
        repo = GitRepo(path)
        repo.git("init", "-q")
        return repo

    return make


@pytest.fixture
def repo(make_repo: Callable[[str], GitRepo]) -> GitRepo:
    """A repository with one commit."""
    made = make_repo("repo")
    made.commit({"README.md": "hello\n"}, "first")
    return made
