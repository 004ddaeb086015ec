from __future__ import annotations

from resonance_perf.system.git.history import blobs, last_change, revisions
from resonance_perf.system.git.repository import discover
from tests.conftest import GitRepo


def test_revisions_come_oldest_first_with_approvals(repo: GitRepo) -> None:
    one = repo.commit({"s.md": "1\n"})
    repo.commit({"other": "x\n"})
    two = repo.commit({"s.md": "2\n"}, "loosen\n\nPerf-Approved-by: Ada <ada@x.org>\nPerf-Approved-by: Bob <b@x.org>")
    found = revisions(discover(str(repo.path)), two, "s.md")
    assert [(one.commit, one.text) for one in found] == [(one, "1\n"), (two, "2\n")]
    assert found[1].approvals == ("Ada <ada@x.org>", "Bob <b@x.org>")
    assert found[1].author == "Grace Hopper <grace@example.org>"
    assert last_change(discover(str(repo.path)), two, "s.md") == two


def test_a_removal_and_a_file_that_is_not_text_have_no_text(repo: GitRepo) -> None:
    repo.write({"s.md": ""})
    (repo.path / "s.md").write_bytes(b"\xff\xfe latin \xe9")
    repo.git("add", "s.md")
    repo.git("commit", "-qm", "binary")
    repo.git("rm", "-q", "s.md")
    repo.git("commit", "-qm", "gone")
    assert [one.text for one in revisions(discover(str(repo.path)), "HEAD", "s.md")] == [None, None]


def test_many_blobs_in_one_process(repo: GitRepo) -> None:
    repo.commit({"a": "1\n", "b": "two\nlines\n", "d/e": "x\n"})
    names = ["HEAD:a", "HEAD:missing", "HEAD:b"]
    assert blobs(discover(str(repo.path)), names) == ["1\n", None, "two\nlines\n"]


def test_no_names_need_no_process(repo: GitRepo) -> None:
    assert blobs(discover(str(repo.path)), []) == []
