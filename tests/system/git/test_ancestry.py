from __future__ import annotations

import pytest

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.ancestry import line_between
from resonance_perf.system.git.repository import discover
from tests.conftest import GitRepo


def test_lists_the_first_parents_oldest_first_with_what_each_changed(repo: GitRepo) -> None:
    good = repo.git("rev-parse", "HEAD")
    one = repo.commit({"a.py": "1\n", "ünï code.txt": "x\n"}, "one")
    empty = repo.commit({}, "empty")
    repo.git("checkout", "-qb", "side", good)
    inner = repo.commit({"side.py": "1\n", "more.py": "1\n"}, "inner")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = repo.git("rev-parse", "HEAD")
    line = line_between(discover(str(repo.path)), good, merge)
    assert [link.commit for link in line] == [one, empty, merge]
    assert [set(link.paths) for link in line] == [{"a.py", "ünï code.txt"}, set(), {"side.py", "more.py"}]
    assert line[-1].parents == (empty, inner)


def test_a_good_commit_inside_a_merged_branch_leaves_the_line_after_it(repo: GitRepo) -> None:
    repo.git("checkout", "-qb", "side")
    good = repo.commit({"side.py": "1\n"}, "good")
    later = repo.commit({"side.py": "2\n"}, "later")
    repo.git("checkout", "-q", "main")
    main = repo.commit({"main.py": "1\n"}, "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    line = line_between(discover(str(repo.path)), good, repo.git("rev-parse", "HEAD"))
    assert [link.commit for link in line] == [main, repo.git("rev-parse", "HEAD")]
    assert line[-1].parents == (main, later)


def test_says_what_could_be_meant(repo: GitRepo) -> None:
    first = repo.git("rev-parse", "HEAD")
    second = repo.commit({"a": "1\n"})
    with pytest.raises(GitError, match="Exchange the two"):
        line_between(discover(str(repo.path)), second, first)
