"""SIGKILL at every step of an approval: the command again, or the next delivery, makes it whole."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from resonance_perf.app import approved
from resonance_perf.app.deliver import deliver
from resonance_perf.app.loosening import approve, prepare
from resonance_perf.app.workspace import open_workspace
from resonance_perf.memory.budgets import read_value
from resonance_perf.memory.edits import EditConflictError
from resonance_perf.model.errors import UsageError
from resonance_perf.store.outbox import Outbox
from resonance_perf.store.store import Store
from resonance_perf.system import contents, files
from resonance_perf.system.documents import Documents
from resonance_perf.system.git import commit as commit_module
from resonance_perf.system.git import staged as staged_module
from tests.conftest import GitRepo
from tests.crash.chain import SOUL
from tests.crash.test_kill import deadly
from tests.manners.conftest import tmp_path  # noqa: F401  # in memory
from tests.manners.shot import Shot, snapshot_of
from tests.manners.states import STATE, dirty, fresh
from tests.prepared import CONFIG, KEY
from tests.prepared import STATE as TEXT

ADA = 'approvers: ["Ada <ada@example.org>"]\n'
BEFORE: dict[str, tuple[object, str, str, int]] = {
    "the commit built": (commit_module, "_write_commit", "after", 1),
    "noted, the branch old": (Outbox, "put", "after", 1),
    "the index copied": (commit_module, "staged_with", "after", 1),
    "the index locked": (staged_module.os, "link", "after", 1),
}  # fmt: skip
AFTER: dict[str, tuple[object, str, str, int]] = {
    "the branch moved, the index old": (commit_module, "_move", "after", 1),
    "the index new, the work tree old": (Documents, "apply", "before", 1),
    "the decision drafted": (contents, "_put", "before", 1),
    "the decision exchanged": (contents, "exchange", "after", 1),
    "the decision written, the budget not": (files, "replace_file", "after", 1),
    "the budget exchanged": (contents, "exchange", "after", 2),
    "both written, the wish there": (Documents, "apply", "after", 1),
    "the wish taken away, the note open": (Outbox, "done", "before", 1),
}  # fmt: skip
"""What is done -> (where, function, before or after it, at which of its calls)."""


@dataclass(frozen=True)
class Approval:
    """A wish from 10s to 20s, and an approver who has staged words and written more in the same file."""

    repo: GitRepo
    user: Shot

    @classmethod
    def asked_for(cls, folder: Path) -> Approval:
        repo = fresh(folder)
        repo.commit({".resonance/config.yaml": CONFIG + ADA}, "approvers")
        prepare(open_workspace(str(repo.path)), KEY, read_value(KEY, "20s"), "a slower machine")
        repo.git("config", "user.name", "Ada")
        repo.git("config", "user.email", "ada@example.org")
        dirty(repo)
        repo.write({STATE: "Staged.\n\n" + TEXT % "10s"})
        repo.git("add", STATE)
        repo.write({STATE: "Staged.\n\nNot staged.\n\n" + TEXT % "10s"})
        return cls(repo, snapshot_of(repo))

    def approve(self) -> str:
        work = open_workspace(str(self.repo.path))
        with closing(Store(work.repo.private)) as store:
            return approve(work, store, KEY)

    def deliver(self) -> list[str]:
        said: list[str] = []
        work = open_workspace(str(self.repo.path))
        with closing(Store(work.repo.private)) as store:
            deliver(work, store, said.append)
        return said

    def killed(self, step: tuple[object, str, str, int]) -> None:
        process = os.fork()
        if not process:  # a child of pytest: it may never return into it
            try:
                deadly(*step)
                self.approve()
            finally:
                os._exit(3)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL

    def loosenings(self) -> list[str]:
        return self.repo.git("log", "--format=%s", "--grep=^Perf-Approved-by: Ada").splitlines()

    def check_whole(self) -> None:
        """One commit, in the index and in the work tree, beside what the user has done."""
        assert self.loosenings() == [f"perf(budget): loosen {KEY} 10s → 20s"]
        assert self.repo.git("show", f"HEAD:{STATE}") == (TEXT % "20s").strip()
        assert self.repo.git("show", f":{STATE}") == ("Staged.\n\n" + TEXT % "20s").strip()
        assert (self.repo.path / STATE).read_text() == "Staged.\n\nNot staged.\n\n" + TEXT % "20s"
        soul = (self.repo.path / SOUL).read_text()
        assert soul.count(f"Loosen {KEY} from 10s to 20s") == 1
        assert soul.strip() == self.repo.git("show", f":{SOUL}") == self.repo.git("show", f"HEAD:{SOUL}")
        now = snapshot_of(self.repo)
        assert (now.staged, now.unstaged, now.stash, now.git) == (
            self.user.staged, self.user.unstaged, self.user.stash, self.user.git,
        )  # fmt: skip
        assert (now.without_ours().index, now.without_ours().files) == (
            self.user.without_ours().index, self.user.without_ours().files,
        )  # fmt: skip
        assert [ref for ref in now.refs if ref.startswith("refs/resonance/")] == []
        with closing(Store(str(self.repo.path / ".git/resonance"))) as store:
            assert store.outbox.open_entries() == ()
        assert self.repo.git("fsck", "--no-dangling", "--strict") == ""


@cache
def wish() -> Approval:
    """One that every test gets a copy of."""
    folder = mkdtemp(prefix="wish-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Approval.asked_for(Path(folder))


@pytest.fixture
def approval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Approval:  # noqa: F811
    monkeypatch.setattr("resonance_perf.app.deliver.refresh_status", lambda *_: None)  # a delivery's own, unstaged
    repo = GitRepo(tmp_path / "project")
    shutil.copytree(wish().repo.path, repo.path, symlinks=True)
    repo.git("status")  # the copies have other inodes than the index remembers
    return Approval(repo, wish().user)


@pytest.mark.parametrize("step", [*BEFORE, *AFTER])
def test_killed_at_a_step_the_command_again_makes_it_whole(approval: Approval, step: str) -> None:
    approval.killed((BEFORE | AFTER)[step])
    assert approval.approve() == approval.repo.git("rev-parse", "HEAD")
    assert approval.deliver() == []
    approval.check_whole()


@pytest.mark.parametrize("step", AFTER)
def test_killed_behind_its_commit_the_next_delivery_makes_it_whole(approval: Approval, step: str) -> None:
    approval.killed(AFTER[step])
    assert approval.deliver() == []
    approval.check_whole()
    with pytest.raises(UsageError, match="there is no prepared loosening"):
        approval.approve()


@pytest.mark.parametrize("step", BEFORE)
def test_killed_before_its_commit_nobody_approves_it_later(approval: Approval, step: str) -> None:
    approval.killed(BEFORE[step])
    assert approval.deliver() == []
    now = snapshot_of(approval.repo)
    assert now == approval.user
    approval.approve()
    approval.check_whole()


def test_a_git_that_outlives_the_killed_process_is_waited_for(
    approval: Approval, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval.killed(BEFORE["noted, the branch old"])
    with closing(Store(str(approval.repo.path / ".git/resonance"))) as store:
        (entry,) = store.outbox.open_entries()

    def move(pause_s: float) -> None:
        if pause_s:
            approval.repo.git("update-ref", "refs/heads/main", entry.body["commit"])

    monkeypatch.setattr(approved, "sleep", move)
    assert approval.deliver() == []
    approval.check_whole()


def test_it_waits_for_its_branch(approval: Approval) -> None:
    approval.killed(AFTER["the index new, the work tree old"])
    approval.repo.git("symbolic-ref", "HEAD", "refs/heads/other")
    (line,) = approval.deliver()
    assert line.startswith(f"⚪ writing what was approved for {KEY} waits: ")
    assert line.endswith(" is not on this branch.")
    assert approval.deliver() == []
    approval.repo.git("symbolic-ref", "HEAD", "refs/heads/main")
    approval.deliver()
    approval.check_whole()


def test_it_waits_for_its_work_tree(approval: Approval, tmp_path: Path) -> None:  # noqa: F811
    approval.killed(AFTER["the branch moved, the index old"])
    approval.repo.git("worktree", "add", "-q", "-b", "beside", str(tmp_path / "beside"))
    (line,) = Approval(GitRepo(tmp_path / "beside"), approval.user).deliver()
    assert line.endswith("waits: it was approved in another work tree.")
    approval.repo.git("worktree", "remove", str(tmp_path / "beside"))
    approval.deliver()
    approval.check_whole()


def test_a_value_that_somebody_has_written_meanwhile_is_theirs(approval: Approval) -> None:
    approval.killed(AFTER["the index new, the work tree old"])
    approval.repo.write({STATE: TEXT % "5s"})
    with pytest.raises(EditConflictError, match=f"{KEY} is 5s now, not 10s: somebody changed it"):
        approval.approve()
    (line,) = approval.deliver()
    assert f"{KEY} is 5s now, not 10s: somebody changed it" in line
    assert (approval.repo.path / STATE).read_text() == TEXT % "5s"
    assert (approval.repo.path / SOUL).read_text().strip() == approval.repo.git("show", f"HEAD:{SOUL}")


def test_what_a_later_commit_took_back_is_asked_for_again(approval: Approval) -> None:
    approval.killed(AFTER["the index new, the work tree old"])
    approval.repo.commit({STATE: TEXT % "10s"}, "take it back")
    assert approval.deliver() == []
    assert (approval.repo.path / STATE).read_text() == TEXT % "10s"
    approval.approve()
    assert len(approval.loosenings()) == 2
