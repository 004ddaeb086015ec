"""File events of real files in real repositories."""

from __future__ import annotations

import errno
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resonance_perf.plan.ignore import Ignore
from resonance_perf.system import inotify, watcher
from resonance_perf.system.events import MANY, FileModifiedEvent, LostEvent, _CountingHandler, _tops
from resonance_perf.system.inotify import Inotify
from resonance_perf.system.watcher import Changes, Watcher
from tests.conftest import GitRepo

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
DEADLINE_S = 10.0


def gather(watching: Watcher, enough: Callable[[Changes], bool]) -> Changes:
    """Everything that was taken until it is enough."""
    found, until = Changes(), time.monotonic() + DEADLINE_S
    while not enough(found):
        assert time.monotonic() < until, f"only {found}"
        watching.wait(0.2)
        new = watching.take()
        found = Changes(
            found.paths | new.paths, found.git or new.git, found.spool or new.spool, found.state | new.state,
            found.dirty or new.dirty,
        )  # fmt: skip
    return found


def until_seen(watching: Watcher, *paths: str) -> Changes:
    return gather(watching, lambda found: found.paths >= set(paths))


def settle(watching: Watcher, root: Path) -> Changes:
    """What was on its way: events come in order, so a file that is written now is the last."""
    (root / "settled").write_text(str(time.monotonic_ns()))
    found = until_seen(watching, "settled")
    return Changes(found.paths - {"settled"}, found.git, found.spool, found.state, found.dirty)


@pytest.fixture
def watching(repo: GitRepo) -> Iterator[Watcher]:
    """The repository `repo`, watched."""
    (repo.path / ".resonance").mkdir()
    (repo.path / "node_modules" / "deep").mkdir(parents=True)
    (repo.path / "src").mkdir()
    (repo.path / ".git" / "resonance" / "spool").mkdir(parents=True)
    made = watch(repo.path)
    yield made
    made.stop()


def watch(root: Path, ignore: Ignore | None = None, on_change: Callable[[], object] = lambda: None) -> Watcher:
    git = str(root / ".git")
    made = Watcher(str(root), git, git, ignore or Ignore.of(), on_change)
    made.start()
    return made


def test_a_write_is_seen_and_told(repo: GitRepo) -> None:
    told = threading.Event()
    watching = watch(repo.path, on_change=told.set)
    assert not watching.wait(0)
    (repo.path / "a.py").write_text("1")
    assert told.wait(DEADLINE_S)
    assert watching.take().paths == {"a.py"}
    assert watching.doubt() == ""
    watching.stop()
    watching.stop()


def test_every_way_of_changing_a_file_is_seen(watching: Watcher, repo: GitRepo) -> None:
    for number in range(3):
        (repo.path / f"f{number}").write_text("1")
    until_seen(watching, "f0", "f1", "f2")
    (repo.path / "f0").rename(repo.path / "src" / "moved")
    (repo.path / "f1").unlink()
    (repo.path / ".f2.tmp").write_text("2")
    (repo.path / ".f2.tmp").replace(repo.path / "f2")
    (repo.path / "link").symlink_to("f2")
    assert until_seen(watching, "f0", "f1", "f2", "src/moved", "link").dirty == ""


def test_a_new_folder_is_watched_with_what_came_with_it(watching: Watcher, repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "made" / "deep").mkdir(parents=True)
    (tmp_path / "made" / "deep" / "a").write_text("1")
    (tmp_path / "made").rename(repo.path / "made")
    until_seen(watching, "made/deep/a")
    (repo.path / "made").rename(repo.path / "src" / "again")
    until_seen(watching, "made", "src/again/deep/a")
    (repo.path / "src" / "again" / "deep" / "b").write_text("1")
    until_seen(watching, "src/again/deep/b")
    subprocess.run(["rm", "-r", str(repo.path / "src" / "again")], check=True)
    until_seen(watching, "src/again/deep/b", "src/again")
    (repo.path / "src" / "again").mkdir()
    (repo.path / "src" / "again" / "c").write_text("1")
    until_seen(watching, "src/again/c")


def test_ignored_paths_wake_nobody(repo: GitRepo) -> None:
    for folder in ("node_modules/deep", "target", "src"):
        (repo.path / folder).mkdir(parents=True)
    calls = []
    watching = watch(repo.path, Ignore.of(("*.log",), ("target",)), on_change=lambda: calls.append(1))
    for name in ("node_modules/deep/x", "target/a", "a.log", "src/4913", "src/.x.swp", "src/a~", ".git/index.lock"):
        (repo.path / name).write_text("1")
    (repo.path / "src" / "__pycache__").mkdir()
    (repo.path / "src" / "__pycache__" / "a.pyc").write_text("1")
    (repo.path / ".git" / "objects" / "new").mkdir()
    found = settle(watching, repo.path)
    watching.stop()
    assert found == Changes()


def test_the_state_files_are_told_apart(watching: Watcher, repo: GitRepo) -> None:
    (repo.path / ".resonance" / "01_state.md").write_text("1")
    (repo.path / ".resonance" / "config.yaml").write_text("1")
    found = until_seen(watching, ".resonance/01_state.md", ".resonance/config.yaml")
    assert found.state == {".resonance/01_state.md"}


@pytest.mark.parametrize(
    "args",
    [["commit", "-q", "--allow-empty", "-m", "x"], ["checkout", "-qb", "a/b"], ["update-ref", "refs/heads/z", "HEAD"]],
)
def test_a_move_of_the_branch_is_seen(watching: Watcher, repo: GitRepo, args: list[str]) -> None:
    repo.git(*args)
    assert gather(watching, lambda found: found.git).paths == frozenset()


def test_reading_with_git_moves_nothing(watching: Watcher, repo: GitRepo) -> None:
    repo.git("status")
    repo.git("log")
    repo.git("tag", "t")
    assert settle(watching, repo.path) == Changes()


def test_the_spool_is_seen_even_if_its_folder_is_made_later(repo: GitRepo) -> None:
    watching = watch(repo.path)
    (repo.path / ".git" / "resonance" / "spool").mkdir(parents=True)
    with (repo.path / ".git" / "resonance" / "spool" / "hooks").open("a") as file:
        file.write("1 post-commit /\n")
    assert gather(watching, lambda found: found.spool).git is False
    watching.stop()


def test_a_linked_work_tree_sees_its_own_head_and_the_shared_refs(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    common = repo.path / ".git"
    watching = Watcher(str(tmp_path / "linked"), str(common / "worktrees" / "linked"), str(common), Ignore.of())
    watching.start()
    linked = GitRepo(tmp_path / "linked")
    linked.git("checkout", "-q", "--detach")
    gather(watching, lambda found: found.git)
    linked.commit({"a": "1"})
    gather(watching, lambda found: found.git and "a" in found.paths)
    (repo.path / "elsewhere").write_text("1")
    assert settle(watching, tmp_path / "linked").paths == frozenset()
    watching.stop()


@linux
@pytest.mark.slow
@pytest.mark.shared
def test_what_was_lost_while_the_process_stood_still_is_told(repo: GitRepo) -> None:
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    (repo.path / "many").mkdir()
    (repo.path / "script").write_text(
        f"import os\nfor n in range({most} // 2 + 10): os.close(os.open(f'many/{{n}}', os.O_CREAT | os.O_WRONLY))\n"
        "os.mkdir('many/new')\n"
    )
    watching = watch(repo.path)
    stop, go = f"kill -{signal.SIGSTOP.value} {os.getpid()}", f"kill -{signal.SIGCONT.value} {os.getpid()}"
    subprocess.run(["sh", "-c", f"{stop}; {sys.executable} script; {go}"], cwd=repo.path, check=True)
    assert "overflowed" in gather(watching, lambda found: found.dirty != "").dirty
    (repo.path / "many" / "new" / "a").write_text("1")
    assert until_seen(watching, "many/new/a"), "a folder whose making was lost is watched again"
    assert watching.take().dirty == ""
    watching.stop()


class FullAfter:
    """A system that allows so many watches."""

    def __init__(self, real: object, most: int) -> None:
        self._real, self.most, self.made = real, most, 0

    def inotify_add_watch(self, *args: object) -> int:
        import ctypes

        self.made += 1
        if self.made > self.most:
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return self._real.inotify_add_watch(*args)

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


@linux
def test_too_few_watches_are_told_and_the_top_is_still_watched(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.path / "a" / "b" / "c").mkdir(parents=True)
    real = inotify.ctypes.CDLL
    monkeypatch.setattr(inotify.ctypes, "CDLL", lambda *args, **more: FullAfter(real(*args, **more), 7))
    watching = watch(repo.path)
    assert "max_user_watches" in gather(watching, lambda found: found.dirty != "").dirty
    assert "max_user_watches" in watching.doubt()
    (repo.path / "top").write_text("1")
    assert until_seen(watching, "top").dirty == ""
    monkeypatch.setattr(watcher, "BLIND_AGAIN_S", 0.0)
    assert "max_user_watches" in watching.take().dirty, "what is not watched has to be asked for now and then"
    watching.stop()


@linux
def test_no_inotify_at_all_is_a_doubt_and_no_crash(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Inotify, "_open", refuse)
    watching = watch(repo.path)
    assert "Too many open files" in watching.doubt()
    assert "Too many open files" in watching.take().dirty
    watching.stop()


@linux
def test_a_work_tree_that_goes_away_is_told(repo: GitRepo) -> None:
    watching = watch(repo.path)
    repo.path.rename(repo.path.with_name("elsewhere"))
    assert "moved or removed" in gather(watching, lambda found: found.dirty != "").dirty
    assert "restart" in watching.doubt()
    watching.stop()


@linux
def test_it_gives_back_what_it_took(repo: GitRepo) -> None:
    before = len(os.listdir("/proc/self/fd"))
    threads = threading.active_count()
    for _ in range(3):
        watch(repo.path).stop()
    assert (len(os.listdir("/proc/self/fd")), threading.active_count()) == (before, threads)


def test_more_paths_than_anybody_reads_are_a_doubt(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "MOST_PATHS", 3)
    watching = Watcher(str(repo.path), str(repo.path / ".git"), str(repo.path / ".git"), Ignore.of())
    for number in range(5):
        watching.saw(os.path.realpath(repo.path) + f"/{number}")
    taken = watching.take()
    assert len(taken.paths) == 3 and "3 files" in taken.dirty


def test_elsewhere_a_burst_is_a_doubt(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resonance_perf.system.events.PAUSE_S", math.inf)
    watching = Watcher(str(repo.path), str(repo.path / ".git"), str(repo.path / ".git"), Ignore.of())
    handler = _CountingHandler(watching)
    for _ in range(MANY):
        handler.dispatch(FileModifiedEvent(os.path.realpath(repo.path) + "/a"))
    assert watching.take() == Changes(paths=frozenset({"a"}))
    handler.dispatch(FileModifiedEvent("x"))
    assert str(MANY) in watching.take().dirty
    handler.dispatch(LostEvent("why"))
    assert watching.take().dirty == "why"


def test_elsewhere_no_folder_is_watched_twice() -> None:
    assert _tops(("/r", "/r/.git", "/r/.git")) == ["/r"]
    assert _tops(("/w", "/r/.git", "/r/.git/worktrees/w")) == ["/w", "/r/.git"]


@linux
def test_the_portable_way_sees_the_same(repo: GitRepo) -> None:
    from resonance_perf.system import events

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events.sys, "platform", "darwin")
        watching = watch(repo.path)
    repo.commit({"src/a": "1", "node_modules/x": "1"})
    found = gather(watching, lambda found: found.git and "src/a" in found.paths)
    assert not any(path.startswith("node_modules") for path in found.paths)
    assert not found.dirty
    watching.stop()


def test_importing_it_does_not_import_watchdog() -> None:
    code = "import sys, resonance_perf.system.watcher; sys.exit('watchdog' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_places_are_real_paths(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(repo.path)
    watching = watch(tmp_path / "alias")
    (tmp_path / "alias" / "a").write_text("1")
    until_seen(watching, "a")
    watching.stop()
