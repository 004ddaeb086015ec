from __future__ import annotations

import os
from pathlib import Path

import pytest

from resonance_perf.system.git.commit import CannotCommitNowError, commit_edits
from resonance_perf.system.git.repository import Repository, discover
from tests.conftest import GitRepo

STATE = ".resonance/01_state.md"


def upper(text: str) -> str:
    return text.replace("100ms", "60ms")


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    repo.commit({STATE: "p95 100ms\nend\n", "a.py": "1\n"}, "state")
    (repo.path / ".git" / "resonance").mkdir()
    return repo


def commit(work: GitRepo, ref: str | None = None) -> str | None:
    found = discover(str(work.path))
    return commit_edits(found, {STATE: [upper]}, "perf(budget): tighten\n", author="Ada <ada@x.org>", ref=ref)


def test_the_commit_holds_our_edit_and_nothing_else(work: GitRepo) -> None:
    made = commit(work)
    assert work.git("rev-parse", "HEAD") == made
    assert work.git("show", f"HEAD:{STATE}") == "p95 60ms\nend"
    assert work.git("diff", "--name-only", "HEAD^", "HEAD") == STATE
    assert work.git("log", "-1", "--format=%an <%ae> %cn") == "Ada <ada@x.org> resonance-perf"


def test_staged_and_unstaged_work_is_exactly_what_it_was(work: GitRepo) -> None:
    work.write({"a.py": "2\n"})
    work.git("add", "a.py")
    work.write({"a.py": "3\n", "new.txt": "x\n"})
    before = work.git("diff"), work.git("diff", "--cached"), (work.path / STATE).read_text()
    commit(work)
    # Our own work-tree edit is the caller's business; here only the commit is made.
    work.write({STATE: "p95 60ms\nend\n"})
    assert (work.git("diff"), work.git("diff", "--cached")) == before[:2]
    assert work.git("status", "--porcelain").split("\n") == ["MM a.py", "?? new.txt"]


def test_staged_work_in_the_same_file_stays_the_same_difference(work: GitRepo) -> None:
    work.write({STATE: "p95 100ms\nend\nstaged\n"})
    work.git("add", STATE)
    work.write({STATE: "p95 100ms\nend\nstaged\nunstaged\n"})
    commit(work)
    assert work.git("show", f"HEAD:{STATE}") == "p95 60ms\nend"
    assert work.git("show", f":{STATE}") == "p95 60ms\nend\nstaged"
    assert work.git("diff", "--cached").count("\n+") == 2  # the +++ line and the staged one


def test_nothing_to_change_is_no_commit(work: GitRepo) -> None:
    commit(work)
    head = work.git("rev-parse", "HEAD")
    assert commit(work) is None
    assert work.git("rev-parse", "HEAD") == head


def test_a_crash_between_commit_and_index_is_mended_by_the_replay(work: GitRepo) -> None:
    blob = work.git("ls-files", "--stage", STATE).split()[1]
    commit(work)
    work.git("update-index", "--cacheinfo", f"100644,{blob},{STATE}")  # as if the index had not been reached
    assert commit(work) is None
    assert work.git("diff", "--cached") == ""


def test_it_waits_during_a_merge(work: GitRepo) -> None:
    (work.path / ".git" / "MERGE_HEAD").write_text(work.git("rev-parse", "HEAD"))
    with pytest.raises(CannotCommitNowError, match="a merge is in progress"):
        commit(work)


def test_it_waits_on_a_detached_head(work: GitRepo) -> None:
    work.git("checkout", "-q", "--detach")
    with pytest.raises(CannotCommitNowError, match="HEAD is detached"):
        commit(work)


def test_it_waits_for_the_index_lock(work: GitRepo) -> None:
    (work.path / ".git" / "index.lock").touch()
    with pytest.raises(CannotCommitNowError, match=r"index\.lock"):
        commit(work)


def test_a_file_that_is_not_committed_is_left_to_the_user(repo: GitRepo) -> None:
    repo.write({STATE: "p95 100ms\n"})
    (repo.path / ".git" / "resonance").mkdir()
    with pytest.raises(CannotCommitNowError, match="not committed yet"):
        commit(repo)


def test_another_ref_leaves_the_branch_alone(work: GitRepo) -> None:
    head = work.git("rev-parse", "HEAD")
    made = commit(work, "refs/heads/resonance/perf")
    assert work.git("rev-parse", "HEAD") == head
    assert work.git("rev-parse", "resonance/perf") == made
    assert work.git("status", "--porcelain") == ""


def test_the_environment_of_a_hook_does_not_leak_in(work: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent/index")
    assert commit(work)


def test_no_hook_of_the_user_runs(work: GitRepo) -> None:
    hook = work.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert commit(work)


def test_no_monitor_of_files_runs(work: GitRepo) -> None:
    """Who unpacks a repository of somebody else has their `.git/config`, too."""
    work.git("config", "core.fsmonitor", f"touch {work.path}/.git/ran;")
    assert "a.py" not in discover(str(work.path)).dirty_paths()
    assert not (work.path / ".git/ran").exists()
    work.git("status")
    assert (work.path / ".git/ran").exists()


def test_discover_refuses_what_has_no_work_tree(tmp_path: Path, work: GitRepo) -> None:
    work.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(Exception, match="bare repository"):
        discover(str(tmp_path / "bare"))
    with pytest.raises(Exception, match="not in a git repository"):
        discover(str(tmp_path))
    with pytest.raises(Exception, match="inside a git folder"):
        discover(str(work.path / ".git"))


def test_a_linked_worktree_shares_the_private_folder(tmp_path: Path, work: GitRepo) -> None:
    work.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    linked: Repository = discover(str(tmp_path / "linked"))
    assert linked.private == os.path.join(os.path.realpath(work.path), ".git", "resonance")
    assert linked.head().branch == "other"


def test_a_checkout_while_head_is_read_makes_no_pair_that_never_was(
    work: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two questions to git, somebody leaves a detached commit for main."""
    from resonance_perf.system.git import repository

    before = work.git("rev-parse", "main")
    work.git("checkout", "-q", "--detach")
    later = work.commit({"a.py": "2\n"})
    asked = repository.attempt

    def attempt_and_switch(root: str, *words: str) -> object:
        done = asked(root, *words)
        if "HEAD" in " ".join(words):
            monkeypatch.setattr(repository, "attempt", asked)
            work.git("checkout", "-q", "main")
        return done

    monkeypatch.setattr(repository, "attempt", attempt_and_switch)
    found = discover(str(work.path)).head()
    assert (found.commit, found.branch) in {(later, None), (before, "main"), (before, None)}


def test_the_commit_is_made_on_what_the_caller_has_looked_at(work: GitRepo) -> None:
    found = discover(str(work.path))
    seen = found.head()
    work.git("checkout", "-q", "-b", "other")
    work.commit({"a.py": "2\n"})
    staged = work.git("ls-files", "--stage")
    made = commit_edits(found, {STATE: [upper]}, "perf(budget): tighten\n", author="Ada <ada@x.org>", head=seen)
    assert work.git("rev-parse", "main") == made
    assert work.git("rev-parse", "other") != made
    assert work.git("ls-files", "--stage") == staged


def test_a_git_in_the_tree_is_not_the_git_that_runs(work: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    (work.path / "git").write_text("#!/bin/sh\ntouch ran\n")
    (work.path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert discover(str(work.path)).head().branch == "main"
    assert not (work.path / "ran").exists()
