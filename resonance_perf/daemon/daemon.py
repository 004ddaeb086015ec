"""One worker, one measurement at a time; everything else only puts something into the queue."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from resonance_perf.app.triggers import Planner
from resonance_perf.app.work import do_job
from resonance_perf.app.workspace import Workspace
from resonance_perf.daemon.current import Current
from resonance_perf.daemon.eyes import Eyes
from resonance_perf.daemon.planning import Planning
from resonance_perf.daemon.upkeep import Upkeep
from resonance_perf.daemon.voice import Voice
from resonance_perf.model.config import Config
from resonance_perf.model.errors import ResonanceError
from resonance_perf.store.store import Store
from resonance_perf.system.clock import now
from resonance_perf.system.git.staged import mend
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import LockHeldError, locked
from resonance_perf.system.process import StoppedError
from resonance_perf.system.scratch import sweep

LOOK_AGAIN_S = 60.0
"""Without any event, the daemon looks once a minute: an event that nobody saw costs a minute, not a change."""
BLOCKED_S = 2.0
"""While something stands in the way (a rebase, no trust, another measurement), how soon to look again."""
GIVING_WAY = ("self", "bisect", "sustain")
"""Jobs that nobody waits for: a change goes first, also in the middle of one."""
BETWEEN_S = 0.5
"""How often events are looked at between samples of a running job."""


class Daemon:
    """The process of `resonance-perf daemon`."""

    def __init__(self, work: Workspace, store: Store, log: logging.Logger) -> None:
        self._store = store
        self._stopping = False
        self._wake = threading.Event()
        self._voice = Voice(log)
        self._current = Current(work, store, self._voice)
        self._eyes = Eyes(self._wake.set)
        self._planning = Planning(store)
        self._upkeep = Upkeep(store, self._voice)
        self._blocked = self._objection = ""
        self._looked = 0.0

    def run(self, *, once: bool = False) -> None:
        """Work until told to stop (`once`: until nothing waits). The lock is the caller's."""
        self._recover()
        with LocalHost(should_stop=lambda: self._stopping) as host, self._eyes:
            self._open_eyes()
            self._voice.say(f"watching {self._current.work.repo.root}")
            self._attend(everything=True)
            while not self._stopping:
                woken = True
                if not self._work_once(host):
                    if once and (self._blocked or self._store.queue.next_due() is None):
                        break
                    woken = self._wake.wait(self._patience())
                    self._wake.clear()
                self._attend(idle=not woken)
        self._voice.say("stopped; what was not finished goes on at the next start")

    def stop(self) -> None:
        """Ask the daemon to stop within seconds: the running sample is ended, its job goes back to the queue."""
        self._stopping = True
        self._wake.set()

    def _open_eyes(self) -> None:
        self._eyes.open(self._current.work, self._current.config)

    def _recover(self) -> None:
        for job in self._store.queue.recover():
            self._voice.say(f"⚫ {job.benchmark} {job.head[:9]} was given up: the daemon died while it ran")
        sweep(self._current.work.repo.private)
        self._voice.attempt(lambda: mend(self._current.work.repo))
        self._voice.attempt(lambda: self._upkeep.tend(self._current.work))
        self._voice.attempt(lambda: self._upkeep.deliver(self._current.work))

    def _patience(self) -> float:
        if (save_in_s := self._planning.save_in_s) is not None:
            return save_in_s
        due = self._store.queue.next_due()
        soon = LOOK_AGAIN_S if due is None else min(LOOK_AGAIN_S, max(0.0, due - now()))
        return BLOCKED_S if self._blocked else soon

    def _work_once(self, host: LocalHost) -> bool:
        """Do one job; False when there is none or something stands in the way."""
        due = self._store.queue.next_due()
        if self._stopping or due is None or due > now():
            return False
        config = self._runnable()
        if config is None:
            return False
        try:
            with locked(self._current.work.private("measure.lock"), "another measurement is running"):
                job = self._store.queue.take(now())
                if job is None:
                    return False
                self._remember()
                do_job(self._current.work, self._store, config, job, host, self._voice.say, between=self._between)
        except LockHeldError as error:
            self._block(str(error))
            return False
        except StoppedError:  # told to stop, or a self-check made room for a change
            return not self._stopping
        except (ResonanceError, OSError) as error:  # a full disk: the job goes back, and is tried again
            self._voice.attempt(self._give_back)
            self._block(str(error))
            return False
        self._remember()
        self._voice.attempt(lambda: self._upkeep.reread(self._current.work))
        return True

    def _give_back(self) -> None:
        for job in self._store.queue.open_jobs():
            if job.state == "running":
                self._store.queue.give_back(job, count=True)

    def _between(self) -> None:
        if time.monotonic() - self._looked > BETWEEN_S and (self._wake.is_set() or self._planning.is_save_due):
            self._wake.clear()
            self._attend()
            running, *waiting = self._store.queue.open_jobs()
            if running.kind in GIVING_WAY and any(one.kind in ("commit", "quick") for one in waiting):
                raise StoppedError("a change goes first")

    def _attend(self, *, everything: bool = False, idle: bool = False) -> None:
        """Turn what happened since the last look into jobs and lines. `idle`: nothing was heard for a while."""
        self._looked = time.monotonic()
        seen = self._eyes.look(self._current.work.config_name, everything=everything, idle=idle)
        if seen.changes.dirty and not everything:
            self._voice.say_once(f"⚪ {seen.changes.dirty}; asking git what changed")
        if seen.config and self._current.reopen():
            self._voice.say(f"{self._current.work.config_name} was changed; it counts from now on")
            self._voice.attempt(self._open_eyes)
        if seen.ignored:
            self._open_eyes()
        if seen.files:
            self._voice.attempt(lambda: self._upkeep.reread(self._current.work))
        self._voice.attempt(lambda: self._upkeep.look_after(self._current.work, saved=seen.saved_by_hand))
        if seen.head or self._blocked:
            self._voice.attempt(self._look_at_head)
        if seen.work and (config := self._current.config):
            self._planning.note_save(config)
        if seen.ticked:
            self._plan(lambda planner: planner.baselines(now()))
        if idle:
            self._voice.attempt(lambda: self._upkeep.tend(self._current.work))
        if idle and self._blocked == "" and not self._store.queue.open_jobs():
            self._plan(self._planning.check_ourselves)
        if self._planning.is_save_due:
            self._voice.attempt(lambda: self._planning.saved(self._current.planner))
        if self._store.outbox.open_entries() and self._blocked == "" and not self._current.work.repo.busy():
            self._voice.attempt(lambda: self._upkeep.deliver(self._current.work))

    def _look_at_head(self) -> None:
        self._blocked = ""
        if busy := self._current.work.repo.busy():
            self._block(f"{busy} is in progress; its result is measured when it is over")
        else:
            self._planning.head_moved(self._current.work, self._current.planner)

    def _plan(self, make: Callable[[Planner], object]) -> None:
        def plan() -> None:
            if planner := self._current.planner:
                make(planner)

        self._voice.attempt(plan)

    def _runnable(self) -> Config | None:
        """The config that may be run now; None, with the reason said once, when there is none."""
        try:
            config, objection = self._current.work.trusted_config()
        except ResonanceError as error:
            self._block(str(error))
            return None
        if objection and objection != self._objection:
            self._voice.say(f"⚪ {objection}")
        self._objection = objection
        return config

    def _block(self, why: str) -> None:
        self._blocked = why
        self._voice.say_once(f"⚪ {why}")
        self._remember()

    def _remember(self) -> None:
        """Note for `status` what stands in the way."""
        body = {"watching": "; ".join(part for part in (self._eyes.doubt(), self._blocked) if part)}
        with suppress(ResonanceError):  # a full disk is said already
            self._store.remember("daemon", json.dumps(body))
