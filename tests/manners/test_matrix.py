"""Every state × every operation: the user finds what they left, or is told why the operation waits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.manners.operations import LOOKS, Operation, attempted, commit_a_shift, write_memory
from tests.manners.shot import OURS, Shot, plain, snapshot_of
from tests.manners.states import STATES, Situation
from tests.prepared import limit, run_id


@pytest.mark.parametrize("name", STATES)
def test_looking_changes_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = STATES[name](tmp_path)
    before = _shots(found)
    for operation in LOOKS:
        _done_or_waits(found, operation, monkeypatch)
    assert _shots(found) == before


@pytest.mark.parametrize("name", STATES)
def test_writing_the_memory_changes_the_three_files_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = STATES[name](tmp_path)
    before = _shots(found)
    reason = _done_or_waits(found, write_memory, monkeypatch)
    after = _shots(found)
    assert [_lasting(one) for one in after] == [_lasting(one) for one in before]
    assert [(one.refs, one.index) for one in after] == [(one.refs, one.index) for one in before]
    if reason:
        assert after == before
    else:
        _is_written(found)


@pytest.mark.parametrize("name", STATES)
def test_a_shift_moves_the_branch_and_leaves_every_difference_as_it_was(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = STATES[name](tmp_path)
    before = _shots(found)
    reason = _done_or_waits(found, commit_a_shift, monkeypatch)
    after = _shots(found)
    assert [_lasting(one) for one in after] == [_lasting(one) for one in before]
    if not reason:
        _is_written(found)
        _is_committed(found, before[0], after[0])
        return
    assert [(one.refs, one.index) for one in after] == [(one.refs, one.index) for one in before]
    if "in progress" in reason:
        assert after == before


def _done_or_waits(found: Situation, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> str | None:
    with monkeypatch.context() as patch:
        for variable, value in found.environment.items():
            patch.setenv(variable, value)
        why = attempted(operation, found.repo)
    reason = found.waits.get(operation.__name__)
    assert why == "" if reason is None else re.search(reason, why, re.DOTALL), why
    return reason


def _shots(found: Situation) -> list[Shot]:
    return [snapshot_of(repo) for repo in (found.repo, *found.theirs) if not _is_foreign(repo)]


def _lasting(shot: Shot) -> tuple[object, ...]:
    """What no operation may change, whatever it writes: least of all what is staged, also in our files."""
    rest = shot.without_ours()
    return rest.index, rest.conflicts, shot.staged, rest.unstaged, rest.status, rest.files, shot.stash, shot.git


def _is_written(found: Situation) -> None:
    state, memory = (_text(found, name) for name in OURS[1:])
    assert memory.count(f"| {run_id(1)} |") == 1
    assert "Newest measurement: " in state
    for text in (state, memory):
        assert text.count("\r\n") in (0, text.count("\n"))


def _is_committed(found: Situation, before: Shot, after: Shot) -> None:
    repo = found.repo
    assert f'"work_cpu": "{limit(1)}"' in _text(found, OURS[1])
    assert limit(1) in _text(found, OURS[0])
    branch = before.refs["HEAD"].removeprefix("ref: ").strip()
    assert {name for name in after.refs if after.refs[name] != before.refs.get(name)} == {branch}
    assert plain(repo, "rev-parse", "HEAD^").split() == before.refs[branch].split()[1:]
    names = plain(repo, "diff-tree", "-r", "-z", "--name-only", "HEAD^", "HEAD").split("\0")[:-1]
    assert sorted(names) == [f"{found.state_dir}/{name}" for name in OURS]
    assert {path: entry[0] for path, entry in after.index.items()} == {
        path: entry[0] for path, entry in before.index.items()
    }
    for name in OURS[:2]:
        assert after.of(name) == before.of(name)
    more = [
        line for name, lines in after.unstaged.items() for line in lines if line not in before.unstaged.get(name, ())
    ]
    assert len(more) <= 1 and all(run_id(1) in line for line in more)  # the row is committed, the lesson is not
    if plain(repo, "config", "--default=no", "commit.gpgsign") == "true\n":
        plain(repo, "verify-commit", "HEAD")


def _text(found: Situation, name: str) -> str:
    return (found.repo.path / found.state_dir / name).read_bytes().decode()


def _is_foreign(repo: GitRepo) -> bool:
    """True where git itself refuses to look, so that there is nothing to compare."""
    return repo.path.stat().st_uid not in (0, repo.path.parent.stat().st_uid)
