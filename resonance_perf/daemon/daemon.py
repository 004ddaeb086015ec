"""One worker, one measurement at a time; everything else only puts something into the queue."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from resonance_perf.app.deliver import deliver, refresh_status
from resonance_perf.app.ratchet import tend
from resonance_perf.app.restore import Written
from resonance_perf.app.standing import Standing, stand
from resonance_perf.app.triggers import Planner, is_our_commit
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.daemon.news import changes_of_standing
from resonance_perf.model.config import Config
from resonance_perf.model.errors import NotTrustedError, ResonanceError
from resonance_perf.notify.terminal import tell
from resonance_perf.plan.ignore import Ignore
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.files import text_or_nothing
from resonance_perf.system.git.staged import mend
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import LockHeldError, locked
from resonance_perf.system.process import StoppedError
from resonance_perf.system.schedule import Schedule
from resonance_perf.system.scratch import sweep
from resonance_perf.system.spool import Position, read_new
from resonance_perf.system.watcher import Watcher

LOOK_AGAIN_S = 60.0
"""Without any event, the daemon looks once a minute: an event that nobody saw costs a minute, not a change."""
BLOCKED_S = 2.0
"""While something stands in the way (a rebase, no trust, another measurement), how soon to look again."""
QUIET_S = 600.0
"""Idle time after which the daemon checks itself; that makes room for everything else at once."""
GIVING_WAY = ("self", "bisect", "sustain")
"""Jobs that nobody waits for: a change goes first, also in the middle of one."""
BETWEEN_S = 0.5
"""How often events are looked at between samples of a running job."""


@dataclass
class Daemon:
    """The process of `resonance-perf daemon`."""

    work: Workspace
    store: Store
    log: logging.Logger
    stopping: bool = False
    _wake: threading.Event = field(default_factory=threading.Event)
    _ticked: bool = False
    _save_due: float | None = None
    _blocked: str = ""
    _looked: float = 0.0
    _standing: Standing | None = None
    _watcher: Watcher | None = None
    _eyes: ExitStack = field(default_factory=ExitStack)
    _said: str = ""
    _written: Written = field(default_factory=Written)
    _unseen: bool = False

    def run(self, *, once: bool = False) -> None:
        """Work until told to stop (`once`: until nothing waits). The lock is the caller's."""
        self._recover()
        with LocalHost(should_stop=lambda: self.stopping) as host, ExitStack() as self._eyes:
            self._open_eyes()
            self.say(f"watching {self.work.repo.root}")
            self._attend(everything=True)
            while not self.stopping:
                woken = True
                if not self._work_once(host):
                    if once and (self._blocked or self.store.queue.next_due() is None):
                        break
                    woken = self._wake.wait(self._patience())
                    self._wake.clear()
                self._attend(idle=not woken)
        self.say("stopped; what was not finished goes on at the next start")

    def stop(self) -> None:
        """Ask the daemon to stop within seconds: the running sample is ended, its job goes back to the queue."""
        self.stopping = True
        self._wake.set()

    def say(self, line: str) -> None:
        """Tell people one line."""
        tell(line, self.log)

    def _open_eyes(self) -> None:
        """Watch and schedule as the config says now, instead of as before.

        Between two pairs of eyes nobody sees; so the next look is at everything.
        """
        self._eyes.close()
        self._unseen = True
        self._wake.set()
        config = self._config()
        ignore = Ignore.of(
            config.watch_ignore if config else (),
            self.work.repo.ignored_folders(),
            gitignore=text_or_nothing(os.path.join(self.work.repo.root, ".gitignore"), self.work.repo.root),
            keep=config.state_dir if config else ".resonance",
        )
        repo = self.work.repo
        self._watcher = Watcher(repo.root, repo.git_dir, repo.common_dir, ignore, self._wake.set)
        self._watcher.start()
        self._eyes.callback(self._watcher.stop)
        if config and config.schedule_baseline:
            schedule = Schedule(config.schedule_baseline, config.schedule_timezone, self._tick)
            schedule.start()
            self._eyes.callback(schedule.stop)

    def _tick(self) -> None:
        self._ticked = True
        self._wake.set()

    def _recover(self) -> None:
        for job in self.store.queue.recover():
            self.say(f"⚫ {job.benchmark} {job.head[:9]} was given up: the daemon died while it ran")
        sweep(self.work.repo.private)
        self._try(lambda: mend(self.work.repo))
        self._try(self._tend)
        self._try(lambda: deliver(self.work, self.store, self.say))

    def _tend(self) -> None:
        for line in tend(self.work, self.store, now()):
            self.say(f"⚪ {line}")

    def _patience(self) -> float:
        if self._save_due is not None:
            return max(0.0, self._save_due - time.monotonic())
        due = self.store.queue.next_due()
        soon = LOOK_AGAIN_S if due is None else min(LOOK_AGAIN_S, max(0.0, due - now()))
        return BLOCKED_S if self._blocked else soon

    def _work_once(self, host: LocalHost) -> bool:
        """Do one job; False when there is none or something stands in the way."""
        due = self.store.queue.next_due()
        if self.stopping or due is None or due > now():
            return False
        config = self._runnable()
        if config is None:
            return False
        try:
            with locked(self.work.private("measure.lock"), "another measurement is running"):
                job = self.store.queue.take(now())
                if job is None:
                    return False
                self._remember()
                do_job(self.work, self.store, config, job, host, self.say, between=self._between)
        except LockHeldError as error:
            self._block(str(error))
            return False
        except StoppedError:  # told to stop, or a self-check made room for a change
            return not self.stopping
        except (ResonanceError, OSError) as error:  # a full disk: the job goes back, and is tried again
            self._try(self._give_back)
            self._block(str(error))
            return False
        self._remember()
        self._try(self._reread)
        return True

    def _give_back(self) -> None:
        for job in self.store.queue.open_jobs():
            if job.state == "running":
                self.store.queue.give_back(job, count=True)

    def _check_ourselves(self) -> None:
        """When nothing happened for long, compare a commit with itself: how well do we see?"""
        if now() - self.store.queue.last_end() > QUIET_S:
            self._plan(lambda planner: planner.self_check(now()))

    def _between(self) -> None:
        if time.monotonic() - self._looked > BETWEEN_S and (self._wake.is_set() or self._is_save_due()):
            self._wake.clear()
            self._attend()
            running, *waiting = self.store.queue.open_jobs()
            if running.kind in GIVING_WAY and any(one.kind in ("commit", "quick") for one in waiting):
                raise StoppedError("a change goes first")

    def _attend(self, *, everything: bool = False, idle: bool = False) -> None:
        """Turn what happened since the last look into jobs and lines. `idle`: nothing was heard for a while."""
        self._looked = time.monotonic()
        assert self._watcher is not None
        changes = self._watcher.take()
        if changes.dirty and not everything:
            self._say_once(f"⚪ {changes.dirty}; asking git what changed")
        everything = everything or self._unseen or bool(changes.dirty)
        self._unseen = False
        if everything or self.work.config_name in changes.paths:
            self._reopen()
        if ".gitignore" in changes.paths:
            self._open_eyes()
        if everything or changes.state or self.work.config_name in changes.paths:
            self._try(self._reread)
        self._look_after(saved=bool(changes.state) and not (everything or changes.git))
        if everything or changes.git or changes.spool or self._blocked or idle:
            self._try(self._look_at_head)
        if everything or changes.paths - changes.state:
            self._saved()
        if self._ticked:
            self._ticked = False
            self._try(lambda: self._plan(lambda planner: planner.baselines(now(), trigger="schedule")))
        if idle:
            self._try(self._tend)
        if idle and self._blocked == "" and not self.store.queue.open_jobs():
            self._try(self._check_ourselves)
        if self._is_save_due():
            self._save_due = None
            self._try(lambda: self._plan(lambda planner: planner.saved(now())))
        if self.store.outbox.open_entries() and self._blocked == "" and not self.work.repo.busy():
            self._try(lambda: deliver(self.work, self.store, self.say))

    def _look_after(self, *, saved: bool) -> None:
        """See that what we wrote into the three files is still there."""

        def look() -> None:
            for line in self._written.look(self.work, self.store, saved=saved):
                self.say(line)

        self._try(look)

    def _look_at_head(self) -> None:
        """Read the spool, and queue what the branch's move can affect, in one transaction."""
        self._blocked = ""
        busy = self.work.repo.busy()
        if busy:
            self._block(f"{busy} is in progress; its result is measured when it is over")
            return
        spool = self.work.private("spool", "hooks")
        with self.store.transaction():
            lines, position = read_new(spool, Position.from_text(self.store.fact("spool")))
            trigger = next((line.trigger for line in reversed(lines)), "commit")
            self._plan(lambda planner: planner.head_moved(trigger, now()))
            self.store.remember("spool", position.to_text())

    def _plan(self, make: Callable[[Planner], object]) -> None:
        config = self._config()
        if config is not None:
            make(Planner(self.work, self.store, config, random.Random()))

    def _saved(self) -> None:
        config = self._config()
        if config is not None and config.watch_save and any(one.quick for one in config.benchmarks):
            self._save_due = time.monotonic() + config.watch_debounce_s

    def _is_save_due(self) -> bool:
        return self._save_due is not None and time.monotonic() >= self._save_due

    def _reopen(self) -> None:
        """Take the config as it is now; a broken one leaves the last good one in force."""
        fresh = open_workspace(self.work.repo.root, self.work.config_path)
        try:
            changed = fresh.config != self.work.config
        except ResonanceError as error:
            self._say_once(f"⚪ {error}")
            return
        self.work = fresh
        if changed:
            self.say(f"{fresh.config_name} was changed; it counts from now on")
            self._try(self._open_eyes)

    def _reread(self) -> None:
        """The three files were edited: judge again, and say what changed."""
        found = stand(self.work, self.store)
        for line in changes_of_standing(self._standing, found, self.work.config.approvers, self._is_ours):
            self.say(line)
        self._standing = found
        refresh_status(self.work, self.store)

    def _is_ours(self, commit: str) -> bool:
        """True for a commit of a shift, which was said when it was made."""
        return is_our_commit(self.work, commit)

    def _config(self) -> Config | None:
        try:
            return self.work.config
        except ResonanceError as error:
            self._say_once(f"⚪ {error}")
            return None

    def _runnable(self) -> Config | None:
        """The config that may be run now; None, with the reason said once, when there is none."""
        try:
            config, objection = self.work.trusted_config()
        except NotTrustedError as error:
            self._block(str(error))
            return None
        except ResonanceError as error:
            self._block(str(error))
            return None
        if objection:
            self._say_once(f"⚪ {objection}")
        return config

    def _block(self, why: str) -> None:
        self._blocked = why
        self._say_once(f"⚪ {why}")
        self._remember()

    def _say_once(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self.say(line)

    def _remember(self) -> None:
        watching = self._watcher.doubt() if self._watcher else ""
        body = {"watching": "; ".join(part for part in (watching, self._blocked) if part)}
        with suppress(ResonanceError):  # a full disk is said already
            self.store.remember("daemon", json.dumps(body))

    def _try(self, act: Callable[[], None]) -> None:
        """One thing that cannot be done now must not stop the others; it is said, and done at the next look."""
        try:
            act()
        except (ResonanceError, OSError) as error:
            self._say_once(f"⚪ {error}")


def stop_on_signals(daemon: Daemon) -> None:
    """SIGTERM, SIGINT and SIGHUP ask the daemon to stop."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: daemon.stop())


def lock_path(work: Workspace) -> str:
    """Where the lock of this clone's daemon lies."""
    return os.path.join(work.repo.private, "daemon.lock")
