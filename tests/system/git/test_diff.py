"""What differs between two commits, read from a real git."""

from __future__ import annotations

from resonance_perf.model.diff import Diff
from resonance_perf.system.git.diff import diff_between
from resonance_perf.system.git.repository import discover
from tests.conftest import GitRepo

TEN = "".join(f"line {one}\n" for one in range(1, 11))


def between(repo: GitRepo, base: str, head: str) -> Diff:
    return diff_between(discover(str(repo.path)), base, head)


def test_every_line_of_the_base_is_found_in_the_head(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN})
    changed = TEN.replace("line 2\n", "").replace("line 5\n", "line five\nand more\n")
    head = repo.commit({"a.py": "first\n" + changed + "last\n"})
    (one,) = between(repo, base, head).files
    there = one.text.splitlines()
    assert there[one.line(5) - 1] == "line five" and one.line(2) == 0
    for line in (1, 3, 4, 6, 7, 8, 9, 10):
        assert there[one.line(line) - 1] == f"line {line}"
    assert [hunk.lines for hunk in one.hunks][2] == ("-line 5", "+line five", "+and more")


def test_a_file_that_moved_is_one_file(repo: GitRepo) -> None:
    base = repo.commit({"a.py": TEN, "gone.py": "x\n"})
    repo.git("mv", "a.py", "b ü.py")
    repo.git("rm", "-q", "gone.py")
    head = repo.commit({'"odd"\t.py': "y\n", "b ü.py": "new\n" + TEN})
    found = between(repo, base, head)
    assert {(one.old, one.new) for one in found.files} == {("a.py", "b ü.py"), ("gone.py", ""), ("", '"odd"\t.py')}
    moved = found.of_new("b ü.py")
    assert moved is not None and moved.old == "a.py" and moved.line(1) == 2
    assert found.paths == {"README.md", "b ü.py", '"odd"\t.py'}


def test_what_is_no_text_and_what_only_moved_has_no_hunks(repo: GitRepo) -> None:
    base = repo.commit({"a.bin": "\0one", "b c.py": TEN, "empty": ""})
    repo.git("mv", "b c.py", "d.py")
    repo.git("rm", "-q", "empty")
    head = repo.commit({"a.bin": "\0two"})
    new, found = between(repo, head, repo.commit({"new empty": ""})), between(repo, base, head)
    assert [(one.old, one.new) for one in new.files] == [("", "new empty")]
    assert all(not one.hunks and not one.text for one in found.files)
    assert {(one.old, one.new) for one in found.files} == {
        ("a.bin", "a.bin"), ("b c.py", "d.py"), ("empty", ""),
    }  # fmt: skip


def test_settings_of_the_user_print_the_same_diff(repo: GitRepo) -> None:
    base, head = (
        repo.commit({"a.py": TEN}),
        repo.commit({"a.py": TEN + "--- a/x\n+++ b/y\n@@ -1 +1 @@\ndiff --git a b\n"}),
    )
    plain = between(repo, base, head)
    for setting in ("diff.noprefix", "diff.mnemonicPrefix", "color.ui", "core.quotePath"):
        repo.git("config", setting, "always" if setting == "color.ui" else "true")
    repo.git("config", "diff.context", "9")
    repo.git("config", "diff.external", "false")
    assert between(repo, base, head) == plain
    assert len(plain.files) == 1 and len(plain.files[0].hunks[0].lines) == 4
