"""The chain measured → stored → written → committed, driven with prepared results in a process that may be killed."""

from __future__ import annotations

import os
import re
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from resonance_perf.app.deliver import deliver
from resonance_perf.app.standing import read_limits
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.memory.log import read_log
from resonance_perf.store.store import Store
from resonance_perf.system.git.staged import mend
from tests.conftest import GitRepo
from tests.manners.shot import Shot, snapshot_of
from tests.manners.states import MEMORY, STATE, dirty, fresh
from tests.prepared import KEY, keep_prepared, limit, run_id

SOUL = ".resonance/00_soul.md"


def recover(work: Workspace, store: Store, said: list[str]) -> None:
    """What the daemon does when it starts."""
    store.queue.recover()
    mend(work.repo)
    deliver(work, store, said.append)


def measure(work: Workspace, store: Store, number: int, commit: str) -> None:
    """What the daemon does with a result, up to where it reports."""
    keep_prepared(work, store, number, commit, old="10s" if number == 1 else limit(number - 1))


def next_number(store: Store) -> int:
    """The result after the newest that is stored."""
    number = 1
    while store.results.run(run_id(number)) is not None:
        number += 1
    return number


@dataclass
class Chain:
    """A repository in which the user is in the middle of something. `reported`: the newest result that was."""

    repo: GitRepo
    start: str
    user: Shot
    reported: int = 0

    @classmethod
    def in_folder(cls, folder: Path) -> Chain:
        repo = dirty(fresh(folder))
        return cls(repo, repo.git("rev-parse", "HEAD"), snapshot_of(repo))

    def work_on(self, report: Callable[[int], object], *, most: int = 1_000_000) -> None:
        """Recover, then measure and deliver, one result after the other."""
        work = open_workspace(str(self.repo.path))
        with closing(Store(work.repo.private)) as store:
            recover(work, store, [])
            for number in range(first := next_number(store), first + most):
                measure(work, store, number, self.start)
                report(number)
                deliver(work, store, lambda _: None)

    def live(self, *, before: Callable[[], object] = lambda: None, most: int = 1_000_000) -> tuple[int, int]:
        """`work_on` in a process of its own; (its id, where it reports)."""
        reads, writes = os.pipe()
        process = os.fork()
        if process:
            os.setpgid(process, process)  # here, too: it may be killed before it gets there
            os.close(writes)
            return process, reads
        try:  # a child of pytest: it may never return into it
            os.setpgid(0, 0)
            before()
            self.work_on(lambda number: os.write(writes, f"{number}\n".encode()), most=most)
        except BaseException:  # noqa: BLE001  # said by the parent
            os.write(writes, traceback.format_exc().encode())
            os._exit(3)
        os._exit(0)

    def end(self, process: int, reads: int, *, after_s: float | None = None, group: bool = False) -> int:
        """Kill it after so long (None: let it end); return its exit code, negative for a signal."""
        if after_s is not None:
            time.sleep(after_s)
            (os.killpg if group else os.kill)(process, signal.SIGKILL)
        status = os.waitpid(process, 0)[1]
        with open(reads) as file:
            said = file.read()  # to the end: children of git may outlive it by milliseconds
        numbers = [int(line) for line in said.splitlines() if line.isdigit()]
        assert "Traceback" not in said, said
        self.reported = max([self.reported, *numbers])
        return os.waitstatus_to_exitcode(status)

    def check_at_once(self) -> None:
        """What holds at every moment, also on a full disk and before anybody recovers: nothing torn, and no budget
        without its commit."""
        work = open_workspace(str(self.repo.path))
        _, problems = read_limits(work)
        assert problems == ()
        assert read_log(self._text(MEMORY), MEMORY)[1] == ()
        committed = self.repo.git("show", f"HEAD:{STATE}")
        assert _number(self._text(STATE)) <= _number(committed)
        assert _number(committed) == self._commits()[-1] if self._commits() else _number(committed) == 0

    def check_in_the_end(self) -> None:
        """Recover, then: nothing lost, nothing twice, the user's work as it was."""
        process, reads = self.live(most=0)
        assert self.end(process, reads) == 0
        work = open_workspace(str(self.repo.path))
        with closing(Store(work.repo.private)) as store:
            assert store.outbox.open_entries() == ()
            last = next_number(store) - 1
        numbers = list(range(1, last + 1))
        assert last >= self.reported
        assert self._commits() == numbers
        assert _number(self._text(STATE)) == last
        log = self._text(MEMORY) + "".join(one.read_text() for one in self.repo.path.glob(".resonance/memory/*.md"))
        soul = self._text(SOUL)
        assert [number for number in numbers if log.count(f"| {run_id(number)} |") != 1] == []
        assert soul.count(f"Tighten {KEY} from") == last
        now = snapshot_of(self.repo)
        assert (now.staged, now.stash, now.git) == (self.user.staged, self.user.stash, self.user.git)
        lasting, before = now.without_ours(), self.user.without_ours()
        assert (lasting.index, lasting.unstaged) == (before.index, before.unstaged)
        strays = {path for path in lasting.files if lasting.files[path] != before.files.get(path)}
        assert all(path.startswith(".resonance/memory/perf-") for path in strays), strays
        assert set(before.files) <= set(lasting.files)
        assert len(list((self.repo.path / ".git/resonance/commit").iterdir())) <= 1  # of a git that outlived us
        fsck = self.repo.git("fsck", "--no-dangling", "--strict")
        assert fsck == "", fsck

    def _text(self, name: str) -> str:
        return (self.repo.path / name).read_text(encoding="utf-8")

    def _commits(self) -> list[int]:
        subjects = self.repo.git("log", "--reverse", "--format=%s", f"{self.start}..HEAD").splitlines()
        return [_number(f'"{subject.rpartition(" → ")[2]}"') for subject in subjects]


def _number(text: str) -> int:
    """Which result's limit stands in the text; 0 for the first limit."""
    found = re.search(r'"(\d+)ms"', text)
    return 10_000 - int(found[1]) if found else 0
