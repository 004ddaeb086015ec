from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.model.errors import GitError
from resonance_perf.system.git.history import blob_ids, blobs, nearest_touch, require_absent, since, touches
from resonance_perf.system.git.repository import discover
from tests.conftest import GitRepo


def test_touches_come_oldest_first_with_approvals(repo: GitRepo) -> None:
    one = repo.commit({"s.md": "1\n"})
    repo.commit({"other": "x\n"})
    two = repo.commit(
        {"s.md": "2\n"},
        "loosen\n\nPerf-Approved-by: not here\n\nPerf-Approved-by: Ada\n <ada@x.org>\nperf-approved-by: Bob <b@x.org>\n"
        "Perf-Budget: a\nPerf-New: 2s",
    )
    found = touches(discover(str(repo.path)), two, ["s.md"])
    assert [(touch.commit, touch.parents) for touch in found] == [(one, ()), (two, (one,))]
    assert found[1].approvals == ("Ada <ada@x.org>", "Bob <b@x.org>")
    assert (found[1].budgets, found[1].values) == (("a",), ("2s",))
    assert (found[1].name, found[1].email) == ("Grace Hopper", "grace@example.org")


def test_a_merge_that_takes_one_side_whole_does_not_hide_the_other(repo: GitRepo) -> None:
    base = repo.commit({"s.md": "1\n"})
    repo.git("checkout", "-qb", "side")
    hidden = repo.commit({"s.md": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "ours", "side")
    merge = repo.git("rev-parse", "HEAD")
    repo.commit({"other": "x\n"})
    found = touches(discover(str(repo.path)), "HEAD", ["s.md"])
    assert [(touch.commit, touch.parents) for touch in found] == [
        (base, ()),
        (hidden, (base,)),
        (merge, (base, hidden)),
    ]
    assert nearest_touch(discover(str(repo.path)), "HEAD", ["s.md"]) == merge


def test_a_walk_begins_where_another_ended(repo: GitRepo) -> None:
    repo.commit({"s.md": "1\n"})
    old = repo.commit({"other": "x\n"})
    opened = discover(str(repo.path))
    new = repo.commit({"s.md": "2\n"})
    head = repo.commit({"other": "y\n"})
    found = since(opened, head, [old, "0" * 40])
    assert [(touch.commit, touch.parents) for touch in found] == [(new, (old,)), (head, (new,))]
    assert since(opened, old, [head]) == ()


def test_a_merge_of_something_old_with_something_new_is_not_dropped(repo: GitRepo) -> None:
    base = repo.commit({"s.md": "1\n"})
    tight = repo.commit({"s.md": "2\n"})
    tip = repo.commit({"other": "x\n"})
    repo.git("checkout", "-qb", "side", base)
    new = repo.commit({"s.md": "3\n"})
    repo.git("merge", "-q", "-s", "ours", "-m", "drop", tight)
    head = repo.git("rev-parse", "HEAD")
    found = since(discover(str(repo.path)), head, [tip])
    assert [(touch.commit, touch.parents) for touch in found] == [(new, (base,)), (head, (new, tight))]


def test_names_with_control_characters_are_names(repo: GitRepo) -> None:
    commit = repo.commit({"s.md": "1\n"}, author="Eve \x01\x02\x1f Hacker <eve@x.org>")
    (touch,) = touches(discover(str(repo.path)), commit, ["s.md"])
    assert (touch.email, touch.approvals) == ("eve@x.org", ())


def test_the_users_settings_and_replaced_objects_do_not_change_what_is_read(repo: GitRepo) -> None:
    commit = repo.commit({"s.md": "1\n"}, "x\n\nPerf-Approved-by: Ada <ada@x.org>")
    other = repo.commit({"s.md": "2\n"}, "y")
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "log.follow", "true")
    repo.git("replace", commit, other)
    found = touches(discover(str(repo.path)), commit, ["s.md"])
    assert [(touch.commit, touch.approvals) for touch in found] == [(commit, ("Ada <ada@x.org>",))]


def test_many_blobs_in_few_processes(repo: GitRepo) -> None:
    repo.commit({"a": "1\n", "b": "two\nlines\n", "d/e": "x\n"})
    opened = discover(str(repo.path))
    found = blob_ids(opened, [("HEAD", "a"), ("HEAD", "missing"), ("HEAD", "d"), ("HEAD", "b"), ("HEAD^^^^", "a")])
    assert list(found) == [("HEAD", "a"), ("HEAD", "b")]
    assert list(blobs(opened, list(found.values()))) == [b"1\n", b"two\nlines\n"]
    assert (blob_ids(opened, []), list(blobs(opened, []))) == ({}, [])


def test_what_was_not_fetched_is_not_taken_for_removed(
    repo: GitRepo, make_repo: Callable[[str], GitRepo], tmp_path: Path
) -> None:
    commit = repo.commit({"s.md": "1\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    make_repo("x").git(
        "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo.path}", str(tmp_path / "part")
    )
    partial = discover(str(tmp_path / "part"))
    repo.path.rename(tmp_path / "gone")
    with pytest.raises(GitError, match="a part of the history is not in this clone: fatal: could not fetch"):
        blob_ids(partial, [(commit, "s.md")])


def test_what_was_lost_is_not_taken_for_removed(repo: GitRepo) -> None:
    commit = repo.commit({"s.md": "1\n"})
    blob = repo.git("rev-parse", "HEAD:s.md")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    opened = discover(str(repo.path))
    assert blob_ids(opened, [(commit, "s.md")]) == {}
    require_absent(opened, commit, "other")
    with pytest.raises(GitError, match=rf"s\.md of {commit[:9]} is not in this clone"):
        require_absent(opened, commit, "s.md")
