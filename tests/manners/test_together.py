"""Somebody else commits, stages or holds a lock while we commit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from resonance_perf.app.deliver import deliver
from resonance_perf.app.workspace import open_workspace
from resonance_perf.store.store import Store
from resonance_perf.system.git import commit as commit_module
from resonance_perf.system.git import staged as staged_module
from resonance_perf.system.git.staged import mend
from tests.conftest import GitRepo
from tests.manners.operations import commit_a_shift
from tests.manners.shot import snapshot_of
from tests.manners.states import STATE, dirty, fresh
from tests.prepared import keep_prepared, limit

_HAS_PROC = sys.platform == "linux"


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return fresh(tmp_path)


def deliver_again(repo: GitRepo) -> list[str]:
    """What the daemon does at its next look; returns what is said."""
    work, said = open_workspace(str(repo.path)), list[str]()
    with closing(Store(work.repo.private)) as store:
        deliver(work, store, said.append)
        assert store.outbox.open_entries() == ()
    return said


def once(act: Callable[[], object], before: Callable[..., object]) -> Callable[..., object]:
    """`before`, with `act` done in front of its first call."""
    todo = [act]

    def called(*args: object, **options: object) -> object:
        while todo:
            todo.pop()()
        return before(*args, **options)

    return called


def commit_by_plumbing(repo: GitRepo) -> None:
    repo.git("update-ref", "refs/heads/main", repo.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "theirs"))


def test_a_commit_that_comes_first_is_built_upon(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    move = once(lambda: commit_by_plumbing(repo), commit_module._move)
    monkeypatch.setattr(commit_module, "_move", move)
    assert commit_a_shift(repo) == ""
    subjects = repo.git("log", "--format=%s", "-3").splitlines()
    assert [one.partition(" work_cpu")[0] for one in subjects] == ["perf(budget): tighten", "theirs", "second"]
    assert repo.git("status", "--porcelain", STATE) == ""


def test_what_is_staged_meanwhile_stays_staged(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({"src/app.py": "print('staged just now')\n"})
    copied = staged_module.index_replaced
    monkeypatch.setattr(commit_module, "index_replaced", once(lambda: repo.git("add", "src/app.py"), copied))
    assert commit_a_shift(repo) == ""
    assert repo.git("diff", "--cached", "--name-only") == "src/app.py"
    assert repo.git("status", "--porcelain", STATE) == ""


def test_a_budget_that_is_staged_with_another_value_is_theirs(repo: GitRepo) -> None:
    text = (repo.path / STATE).read_text()
    repo.write({STATE: text.replace("10s", "5s")})
    repo.git("add", STATE)
    repo.write({STATE: text})
    before = snapshot_of(repo)
    assert commit_a_shift(repo) == ""  # nothing waits: it is not to be done any more
    after = snapshot_of(repo)
    assert (after.refs, after.index, after.staged) == (before.refs, before.index, before.staged)
    assert limit(1) not in (repo.path / STATE).read_text()


@pytest.mark.skipif(not _HAS_PROC, reason="other processes are seen through /proc")
def test_it_waits_while_the_user_writes_a_commit_message(repo: GitRepo, tmp_path: Path) -> None:
    """`git commit` has read HEAD already, and would fail if the branch moved before the editor is closed."""
    repo.write({"src/app.py": "print(3)\n"})
    repo.git("add", "src/app.py")
    os.mkfifo(tmp_path / "closed")
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n: >{tmp_path}/open\necho mine >$1\nread -r _ <{tmp_path}/closed\n")
    editor.chmod(0o755)
    user = subprocess.Popen(["git", "commit", "-q"], cwd=repo.path, env={**os.environ, "GIT_EDITOR": str(editor)})
    while not (tmp_path / "open").exists():
        assert user.poll() is None
        time.sleep(0.01)
    assert f"git commit (process {user.pid}) is at work" in commit_a_shift(repo)
    (tmp_path / "closed").write_text("\n")
    assert user.wait() == 0
    (said,) = deliver_again(repo)
    assert "tightened 10s" in said
    assert [one.split()[0] for one in repo.git("log", "--format=%s", "-2").splitlines()] == ["perf(budget):", "mine"]


def test_a_user_who_commits_all_the_time_loses_nothing_and_we_neither(repo: GitRepo) -> None:
    names, refused = [f"file {number}.txt" for number in range(20)], list[str]()
    draw = random.Random(5)

    def git(*words: str) -> None:
        done = subprocess.run(["git", *words], cwd=repo.path, capture_output=True, text=True)
        while "index.lock" in done.stderr:  # as git advises: try again
            done = subprocess.run(["git", *words], cwd=repo.path, capture_output=True, text=True)
        refused.extend([done.stderr] if done.returncode else [])

    def work_on() -> None:
        for name in names:
            repo.write({name: "theirs\n"})
            git("add", name)
            git("commit", "-q", "-m", name)
            time.sleep(draw.uniform(0, 0.3))

    user = threading.Thread(target=work_on)
    user.start()
    work, said = open_workspace(str(repo.path)), list[str]()
    with closing(Store(work.repo.private)) as store:
        for number in range(1, 7):
            old = "10s" if number == 1 else limit(number - 1)
            keep_prepared(work, store, number, repo.git("rev-parse", "HEAD"), old=old)
            deliver(work, store, said.append)
        user.join()
        deliver(work, store, said.append)
        assert store.outbox.open_entries() == ()
    assert refused == []
    subjects = repo.git("log", "--format=%s", "--reverse").splitlines()[2:]
    assert [one for one in subjects if one.startswith("file")] == names
    assert [one.rpartition(" → ")[2] for one in subjects if "tighten" in one] == [
        limit(number) for number in range(1, 7)
    ]
    assert repo.git("status", "--porcelain") == "M .resonance/02_memory.md"  # the lessons
    assert limit(6) in repo.git("show", f"HEAD:{STATE}")


def test_the_lock_of_a_killed_process_of_ours_is_let_go_of(repo: GitRepo) -> None:
    found = open_workspace(str(dirty(repo).path)).repo
    before = snapshot_of(repo)
    folder = repo.path / ".git" / "resonance" / "commit" / "killed"
    folder.mkdir(parents=True)
    (folder / "index").write_bytes((repo.path / ".git" / "index").read_bytes())
    os.link(folder / "index", repo.path / ".git" / "index.lock")
    mend(found)
    assert snapshot_of(repo) == before
    assert list(folder.parent.iterdir()) == []


def test_the_lock_of_somebody_else_is_left_alone(repo: GitRepo) -> None:
    folder = repo.path / ".git" / "resonance" / "commit" / "killed"
    folder.mkdir(parents=True)
    for path in (folder / "index", repo.path / ".git" / "index.lock"):
        path.write_bytes((repo.path / ".git" / "index").read_bytes())
    mend(open_workspace(str(repo.path)).repo)
    assert (repo.path / ".git" / "index.lock").exists()
