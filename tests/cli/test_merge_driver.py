"""Real merges between branches that both measured and tightened."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.memory.budgets import read_budgets
from resonance_perf.memory.edits import AddLesson, AppendRow, RecordDecision, SetBudget
from resonance_perf.memory.log import read_log
from resonance_perf.model.record import Decision, Lesson, MemoryRow
from tests.cli.conftest import Watched, state

STATE, MEMORY, SOUL = (f".resonance/{name}" for name in ("01_state.md", "02_memory.md", "00_soul.md"))
ROW = MemoryRow(
    when="2026-11-23 12:00", commit="a1b2c3d4e", trigger="commit", benchmark="api", metric="wall", before="90 ms",
    after="44 ms", change="-50 %", budget="–", verdict="faster", run="01BASE",
)  # fmt: skip


def read(watched: Watched, path: str) -> str:
    return (watched.repo.path / path).read_text()


def shift(watched: Watched, day: int, new: str) -> str:
    """A branch that measured and tightened, in one commit as we make them."""
    run, date = f"01D{day}", f"2026-11-{day}"
    row = MemoryRow(**{name: getattr(ROW, name) for name in ROW.__slots__} | {"run": run, "when": f"{date} 10:00"})
    decision = Decision(
        id=run, date=date, title=f"Tighten to {new}", context="c", decision="d", evidence="e", consequences=""
    )
    memory = AddLesson(Lesson(date=date, text="wall faster", run=run)).apply(read(watched, MEMORY))
    files = {
        STATE: SetBudget("api_wall", "100ms", new).apply(read(watched, STATE)),
        MEMORY: AppendRow(row).apply(memory),
        SOUL: RecordDecision(decision).apply(read(watched, SOUL)),
    }
    return watched.repo.commit(files, f"perf(budget): tighten to {new}")


@pytest.fixture
def branches(make_watched: Callable[[str], Watched]) -> Watched:
    """`main` tightened to 60 ms and `topic` to 50 ms; `main` is checked out."""
    watched = make_watched(state(api_wall="100ms", other="2s"))
    assert watched.run("init", "--yes", "--no-hooks")[0] == 0
    watched.repo.commit({MEMORY: AppendRow(ROW).apply(read(watched, MEMORY)), ".resonance/.gitattributes": ""}, "row")
    watched.repo.git("checkout", "-qb", "topic")
    shift(watched, 21, "50ms")
    watched.repo.git("checkout", "-q", "main")
    shift(watched, 22, "60ms")
    return watched


def assert_both(watched: Watched) -> None:
    rows, problems = read_log(read(watched, MEMORY), "m")
    assert [row.run for row in rows] == ["01BASE", "01D21", "01D22"]
    assert not problems
    assert read(watched, MEMORY).index("(run 01D22)") < read(watched, MEMORY).index("(run 01D21)")
    assert {one.key: one.text for one in read_budgets(read(watched, STATE), "s")[0]} == {
        "api_wall": "50ms", "other": "2s",
    }  # fmt: skip
    assert read(watched, SOUL).count("### 2026-11-2") == 2
    assert watched.repo.git("status", "--porcelain", "--untracked-files=no") == ""


def test_a_merge_keeps_both_branches_measurements_and_the_tighter_limit(branches: Watched) -> None:
    branches.repo.git("merge", "-q", "-m", "merge", "topic")
    assert_both(branches)


def test_a_rebase_does(branches: Watched) -> None:
    branches.repo.git("rebase", "-q", "topic")
    assert_both(branches)


def test_a_cherry_pick_does(branches: Watched) -> None:
    branches.repo.git("cherry-pick", "topic")
    assert_both(branches)


def test_a_conflict_of_limits_is_marked_and_everything_else_is_merged(branches: Watched) -> None:
    branches.repo.git("checkout", "-q", "topic")
    loose = read(branches, STATE).replace("50ms", "500ms")
    branches.repo.commit({STATE: loose}, "loosen")
    done = subprocess.run(["git", "merge", "main"], cwd=branches.repo.path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "both branches changed the same; it is marked in the file" in done.stderr
    assert branches.repo.git("diff", "--name-only", "--diff-filter=U") == STATE
    marked = (
        '<<<<<<< ours\n    "api_wall": "500ms",\n=======\n    "api_wall": "60ms",\n>>>>>>> theirs\n    "other": "2s"\n'
    )
    assert marked in read(branches, STATE)
    code, out, _ = branches.run("check")
    assert code == 2
    assert "there is an unresolved merge conflict" in out


def test_a_clone_without_us_merges_as_git_does(branches: Watched, tmp_path: Path) -> None:
    branches.repo.commit({".resonance/.gitattributes": "02_memory.md merge=union\n"}, "attributes")
    clone = tmp_path / "clone"
    branches.repo.git("clone", "-q", str(branches.repo.path), str(clone))
    done = subprocess.run(["git", "merge", "origin/topic"], cwd=clone, capture_output=True, text=True)
    assert done.returncode == 1
    assert '<<<<<<< HEAD\n    "api_wall": "60ms"' in (clone / STATE).read_text()
    rows, _ = read_log((clone / MEMORY).read_text(), "m")
    assert {row.run for row in rows} == {"01BASE", "01D21", "01D22"}


def test_a_driver_whose_program_has_gone_leaves_the_merge_to_git(branches: Watched) -> None:
    driver = branches.repo.git("config", "merge.resonance-perf.driver")
    program = driver.split()[3]
    assert shutil.which(program)
    branches.repo.git("config", "merge.resonance-perf.driver", driver.replace(program, "/gone/resonance-perf"))
    done = subprocess.run(["git", "merge", "topic"], cwd=branches.repo.path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "<<<<<<< ours" in read(branches, STATE)


def test_init_installs_it_once_and_uninstall_leaves_the_clone_as_it_was(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(state(api_wall="100ms"))
    attributes, config = (watched.repo.path / ".git" / name for name in ("info/attributes", "config"))
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("*.png binary\n")
    before = config.read_text(), attributes.read_text()
    assert "by run and key" in watched.run("init", "--yes", "--no-hooks")[1]
    assert "by run and key" not in watched.run("init", "--yes", "--no-hooks")[1]
    assert attributes.read_text().count("merge=resonance-perf") == 3
    assert watched.run("merge-driver", "--uninstall") == (0, "removed\n", "")
    assert (config.read_text(), attributes.read_text()) == before
    assert watched.run("merge-driver", "--uninstall")[1] == "nothing to do\n"


def test_settings_that_cannot_be_written_do_not_fail_init(make_watched: Callable[[str], Watched]) -> None:
    watched = make_watched(state(api_wall="100ms"))
    (watched.repo.path / ".git" / "config.lock").write_text("")
    code, out, _ = watched.run("init", "--yes", "--no-hooks")
    assert code == 0
    assert "the merge driver was not installed: git config merge.resonance-perf.name" in out
