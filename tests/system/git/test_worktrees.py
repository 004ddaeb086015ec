from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.repository import discover
from resonance_perf.system.git.snapshot import snapshot
from resonance_perf.system.git.worktrees import SLOTS, Worktrees
from tests.conftest import GitRepo


@pytest.fixture
def trees(repo: GitRepo) -> Worktrees:
    return Worktrees(discover(str(repo.path)))


def test_a_tree_has_the_files_of_its_commit(repo: GitRepo, trees: Worktrees) -> None:
    one, two = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    paths = trees.checkout(one), trees.checkout(two)
    assert [Path(path, "a").read_text() for path in paths] == ["1\n", "2\n"]
    assert repo.git("status", "--porcelain") == ""


def test_a_tree_of_the_same_commit_is_used_again_with_what_setup_made(repo: GitRepo, trees: Worktrees) -> None:
    commit = repo.commit({"a": "1\n"})
    path = trees.checkout(commit)
    Path(path, "built.db").touch()
    trees.mark_set_up(path, "s1")
    assert trees.checkout(commit) == path
    assert Path(path, "built.db").exists()
    assert trees.is_set_up(path, "s1")
    assert not trees.is_set_up(path, "s2")


def test_a_tree_of_another_commit_is_clean(repo: GitRepo, trees: Worktrees) -> None:
    commits = [repo.commit({"a": f"{n}\n", ".gitignore": "*.db\n"}) for n in range(SLOTS + 1)]
    first = trees.checkout(commits[0])
    Path(first, "built.db").touch()
    trees.mark_set_up(first, "s")
    for commit in commits[1:]:
        trees.checkout(commit)
    assert Path(first, "a").read_text() == f"{SLOTS}\n"
    assert not Path(first, "built.db").exists()
    assert not trees.is_set_up(first, "s")


def test_trees_in_use_are_kept(repo: GitRepo, trees: Worktrees) -> None:
    commits = [repo.commit({"a": f"{n}\n"}) for n in range(SLOTS + 3)]
    kept = trees.checkout(commits[0])
    for commit in commits[1:]:
        trees.checkout(commit, keep=(commits[0],))
    assert Path(kept, "a").read_text() == "0\n"


def test_copies_that_are_not_in_use_make_room(repo: GitRepo, trees: Worktrees) -> None:
    base, head, anchor = (repo.commit({"a": f"{n}\n"}) for n in range(3))
    for copy in range(SLOTS):  # a self-check that was confirmed
        trees.checkout(base, keep=(base,), copy=copy)
    keep = (head, base, anchor)
    wanted = [(head, 0), (base, 0), (anchor, 0), (head, 1), (base, 1)]
    paths = [trees.checkout(commit, keep=keep, copy=copy) for commit, copy in wanted]
    assert len(set(paths)) == SLOTS
    assert [Path(path, "a").read_text() for path in paths] == ["1\n", "0\n", "2\n", "1\n", "0\n"]


@pytest.mark.parametrize("damage", ["changed", "removed", "no git file", "no note", "torn note"])
def test_a_damaged_tree_is_repaired(repo: GitRepo, trees: Worktrees, damage: str) -> None:
    commit = repo.commit({"a": "1\n"})
    path = trees.checkout(commit)
    match damage:
        case "changed":
            Path(path, "a").write_text("broken\n")
        case "removed":
            shutil.rmtree(path)
        case "no git file":
            os.unlink(os.path.join(path, ".git"))
        case "no note":
            os.unlink(path + ".json")
        case _:
            Path(path + ".json").write_text("{")
    assert Path(trees.checkout(commit), "a").read_text() == "1\n"


def test_a_commit_that_is_not_there_is_a_sentence(trees: Worktrees) -> None:
    with pytest.raises(GitError, match="cannot check out 123456789 to measure it"):
        trees.checkout("1234567890" * 4)


def test_a_snapshot_holds_the_work_tree_and_touches_nothing(repo: GitRepo) -> None:
    head = repo.commit({"a": "1\n", ".gitignore": "*.log\n"})
    repo.write({"a": "2\n", "new": "n\n", "x.log": "ignored\n"})
    index = (repo.path / ".git" / "index").read_bytes()
    found = discover(str(repo.path))
    made = snapshot(found, head)
    assert repo.git("ls-tree", "-r", "--name-only", made).split() == [".gitignore", "README.md", "a", "new"]
    assert repo.git("show", f"{made}:a") == "2"
    assert (repo.path / ".git" / "index").read_bytes() == index
    assert snapshot(found, head) == made


def test_what_a_setup_made_read_only_is_no_obstacle(repo: GitRepo, trees: Worktrees) -> None:
    commits = [repo.commit({"a": f"{n}\n"}) for n in range(SLOTS + 1)]
    first = trees.checkout(commits[0])
    cache = Path(first, "cache", "module")
    cache.mkdir(parents=True)
    (cache / "go.mod").write_text("module m\n")
    for one in (cache, cache.parent):
        one.chmod(0o500)
    for commit in commits[1:]:
        trees.checkout(commit)
    assert Path(first, "a").read_text() == f"{SLOTS}\n"
    assert not cache.parent.exists()


def test_any_name_of_a_folder_is_a_name(make_repo: Callable[[str], GitRepo]) -> None:
    repo = make_repo('it\'s "mine"\n$(to) k\u00e9ep\u2028')
    commit = repo.commit({"a": "1\n"})
    found = discover(str(repo.path))
    assert (found.root, found.common_dir) == (str(repo.path), str(repo.path / ".git"))
    path = Worktrees(found).checkout(commit)
    Path(path, "built.db").touch()
    assert Worktrees(found).checkout(commit) == path
    assert Path(path, "built.db").exists()
