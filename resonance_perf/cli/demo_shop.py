"""The demo's repository and its processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO

from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.cli.output import progress
from resonance_perf.model.errors import ResonanceError
from resonance_perf.model.text import printable
from resonance_perf.store.store import Store
from resonance_perf.system.resources import sample_repo

PATIENCE_S = 300.0
PEOPLE = {"grace": ("Grace Hopper", "grace@example.org"), "ada": ("Ada Lovelace", "ada@example.org")}


class StoryError(ResonanceError):
    """Something came out otherwise than the story says."""


class Shop:
    """A fresh repository with the sample in it, and the daemon that watches it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.said: list[str] = []
        self._daemon: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Shop:
        made = shutil.ignore_patterns("__pycache__", "*.db")
        shutil.copytree(sample_repo(), self.folder, dirs_exist_ok=True, ignore=made)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop_daemon()

    def sit_down(self, who: str) -> None:
        """Let git take whoever works here for a person of the story."""
        for name, value in zip(("user.name", "user.email"), PEOPLE[who], strict=True):
            self.git("config", name, value)

    def git(self, *args: str, who: str = "grace") -> str:
        """Run git as a person of the story; hooks run as for anybody."""
        name, email = PEOPLE[who]
        identity = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in (("NAME", name), ("EMAIL", email))
        }
        done = self._run(["git", *args], identity)
        if done.returncode != 0:
            raise StoryError(f"git {args[0]} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def tool(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run resonance-perf in the repository, as a user would."""
        return self._run([sys.executable, "-m", "resonance_perf", *args], {})

    def must(self, *args: str) -> str:
        """Run resonance-perf and expect exit code 0."""
        done = self.tool(*args)
        if done.returncode != 0:
            raise StoryError(f"resonance-perf {' '.join(args)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _run(self, argv: list[str], extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            argv, cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env={**_environment(), **extra},
        )  # fmt: skip

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file, as an editor would: the file is written again."""
        path = os.path.join(self.folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            raise StoryError(f"{name} does not hold {old!r}")
        self.write(name, text.replace(old, new, 1))

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name: str) -> str:
        """The text of a file."""
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def commit(self, message: str, *paths: str) -> str:
        """Commit files with the real git, whose hooks run; return the commit."""
        self.git("add", "--", *paths)
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def start_daemon(self) -> None:
        """Start the daemon; what it says is shown as it comes."""
        self._daemon = subprocess.Popen(
            [sys.executable, "-u", "-m", "resonance_perf", "daemon"], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, env=_environment(),
        )  # fmt: skip
        assert self._daemon.stdout is not None
        self._reader = threading.Thread(target=self._listen, args=(self._daemon.stdout,), daemon=True)
        self._reader.start()
        self.wait_until(lambda: any(line.startswith("watching") for line in self.said), "the daemon to start")

    def stop_daemon(self) -> None:
        """Stop the daemon; kill it when it does not stop."""
        if self._daemon is None:
            return
        self._daemon.send_signal(signal.SIGTERM)
        try:
            self._daemon.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._daemon.pid, signal.SIGKILL)
            self._daemon.wait()
        if self._reader is not None:
            self._reader.join(2)
        self._daemon = None

    def _listen(self, output: IO[str]) -> None:
        for line in output:
            self.said.append(line.rstrip("\n"))
            progress(printable(f"   daemon│ {line.rstrip()}"))

    def heard(self, start: int, *words: str) -> str | None:
        """The first line since `start` that holds all the words."""
        return next((line for line in self.said[start:] if all(word in line for word in words)), None)

    def wait_until(self, true: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
        """Look until it is true.

        Raises:
            StoryError: when it takes too long, the daemon has ended, or the newest job of a benchmark failed.
        """
        until = time.monotonic() + patience_s
        _, store = self.store()
        try:
            while not true():
                if self._daemon is not None and self._daemon.poll() is not None:
                    raise StoryError(f"the daemon ended with {self._daemon.returncode} while we waited for {what}")
                if failures := store.queue.last_failures():
                    raise StoryError("; ".join(f"{name} failed: {why}" for name, why in failures.items()))
                if time.monotonic() > until:
                    raise StoryError(f"waited {patience_s:.0f} s for {what}")
                time.sleep(0.2)
        finally:
            store.close()

    def wait_for_quiet(self, patience_s: float = PATIENCE_S) -> None:
        """Wait until nothing is measured, nothing waits, and everything is decided and written.

        Raises:
            StoryError: as `wait_until`.
        """
        _, store = self.store()
        try:
            self.wait_until(
                lambda: not (store.queue.open_jobs() or store.candidates.open() or store.outbox.open_entries()),
                "the daemon to finish",
                patience_s,
            )
        finally:
            store.close()

    def store(self) -> tuple[Workspace, Store]:
        """The repository's store, to look at."""
        work = open_workspace(self.folder)
        return work, Store(work.repo.private)


def _environment() -> dict[str, str]:
    """Ours, in which no setting of git counts: hooks and keys of whoever looks on are not those of the story."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
