"""The watcher on a large tree: ready, idle, latency, memory, a checkout of 20,000 files, and one while it stood still.

Each watcher runs in a process of its own, one after the other, on the same tree; peers run where they are installed
(`pip install watchfiles`, `apt install inotify-tools`). `git status` is the limit: what asking git would cost.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from timing import medians_ms, show

PER_FOLDER = 20
QUIET_S = 1.0
"""A watcher that reported nothing for so long has said all that it will say."""


def make_tree(root: str, files: int) -> int:
    """A repository with that many files; the branch `other` differs in a fifth of them. Return how many."""
    git = ["git", "-C", root, "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "gc.auto=0"]
    folders = [f"p{number // 70}/d{number % 70}" for number in range(files // PER_FOLDER)]
    for folder in folders:
        os.makedirs(os.path.join(root, folder))
        for number in range(PER_FOLDER):
            with open(os.path.join(root, folder, f"f{number}.py"), "w") as file:
                file.write(f"{folder} {number}\n")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    subprocess.run([*git, "checkout", "-qb", "other"], check=True)
    changed = folders[: len(folders) // 5]
    for folder in changed:
        for number in range(PER_FOLDER):
            with open(os.path.join(root, folder, f"f{number}.py"), "a") as file:
                file.write("more\n")
    subprocess.run([*git, "commit", "-qam", "two"], check=True)
    subprocess.run([*git, "checkout", "-q", "main"], check=True)
    return len(changed) * PER_FOLDER


Report = Callable[[list[str], str], None]


def child_ours(root: str, ready: Callable[[], None], report: Report) -> None:
    """Our watcher, as the daemon uses it."""
    from resonance_perf.plan.ignore import Ignore
    from resonance_perf.system.watcher import Watcher

    git = os.path.join(root, ".git")
    watcher = Watcher(root, git, git, Ignore.of())
    watcher.start()
    ready()
    while True:
        if watcher.wait(60):
            changes = watcher.take()
            report(sorted(changes.paths), changes.dirty)


def child_watchfiles(root: str, ready: Callable[[], None], report: Report) -> None:
    """watchfiles with its shortest delays."""
    from watchfiles import DefaultFilter
    from watchfiles._rust_notify import RustNotify  # `watch()` does not say when it is ready

    wanted = DefaultFilter()
    notify = RustNotify([root], False, False, 0, True, False)
    ready()
    while True:
        found = notify.watch(50, 10, 60_000, None)
        if isinstance(found, set):
            report([os.path.relpath(path, root) for change, path in found if wanted(change, path)], "")


def child_watchdog(root: str, ready: Callable[[], None], report: Report) -> None:
    """watchdog's own observer with an event filter."""
    from watchdog.events import (
        FileClosedEvent,
        FileCreatedEvent,
        FileDeletedEvent,
        FileMovedEvent,
        FileSystemEventHandler,
    )
    from watchdog.observers import Observer

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event):
            if f"{os.sep}.git{os.sep}" not in event.src_path:
                report([os.path.relpath(event.src_path, root)], "")

    observer = Observer()
    wanted = [FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent]
    observer.schedule(Handler(), root, recursive=True, event_filter=wanted)
    observer.start()
    ready()
    observer.join()


CHILDREN = {"ours": child_ours, "watchfiles": child_watchfiles, "watchdog": child_watchdog}


class Watched:
    """A watcher in a process of its own, which writes a line of JSON for each report."""

    def __init__(self, name: str, root: str, log: str) -> None:
        self.name, self.log, self.position = name, log, 0
        argv = [sys.executable, os.path.abspath(__file__), "--child", name, root]
        if name == "inotifywait":
            events = "close_write,create,delete,move"
            argv = ["inotifywait", "-mr", "-e", events, "--format", "%w%f", "--exclude", "/\\.git/", root]
        start = time.perf_counter()
        with open(log, "wb") as file:
            self.process = subprocess.Popen(argv, stdout=file, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if line.strip() in ("ready", "Watches established."):
                break
        else:
            raise SystemExit(f"{name} ended before it was ready:\n{''.join(said)}")
        self.ready_s = time.perf_counter() - start

    def lines(self) -> list[str]:
        """The complete lines that were reported since the last call."""
        with open(self.log, "rb") as file:
            file.seek(self.position)
            data = file.read()
        complete = data[: data.rfind(b"\n") + 1]
        self.position += len(complete)
        return complete.decode().splitlines()

    def until(self, quiet_s: float) -> tuple[set[str], bool]:
        """The paths reported until it is quiet, and whether the watcher said that it doubts them."""
        paths, doubt, last = set(), False, time.monotonic()
        while time.monotonic() - last < quiet_s:
            for line in self.lines():
                last = time.monotonic()
                said = {"paths": [line], "dirty": ""} if self.name == "inotifywait" else json.loads(line)
                paths.update(said["paths"])
                doubt = doubt or bool(said["dirty"])
            time.sleep(0.02)
        return paths, doubt

    def latency_ms(self, path: str) -> float:
        """From a write until the report of it is in the log."""
        size = os.stat(self.log).st_size
        start = time.perf_counter()
        with open(path, "a") as file:
            file.write("x")
        while os.stat(self.log).st_size == size:
            if time.perf_counter() - start > 5:
                raise SystemExit(f"{self.name} did not report a write to {path}")
        return (time.perf_counter() - start) * 1000

    def cpu_s(self) -> float:
        """User and system time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Resident memory now."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def measure(name: str, root: str, log: str, changed: int) -> tuple[list[str], list[float]]:
    """The row of one watcher: (cells, [ready s, latency ms, CPU of the storm in s])."""
    watched = Watched(name, root, log)
    try:
        watched.until(QUIET_S)
        start = watched.cpu_s()
        time.sleep(3)
        idle = (watched.cpu_s() - start) / 3 * 100
        latencies = []
        for number in range(25):
            latencies.append(watched.latency_ms(os.path.join(root, f"p0/d{number}/f1.py")))
            watched.until(0.1)
        git = ["git", "-C", root, "-c", "gc.auto=0"]
        subprocess.run([*git, "checkout", "-q", "."], check=True)
        watched.until(QUIET_S)
        start = watched.cpu_s()
        subprocess.run([*git, "checkout", "-q", "other"], check=True)
        storm, doubt = watched.until(QUIET_S)
        cpu = watched.cpu_s() - start
        os.kill(watched.process.pid, signal.SIGSTOP)
        try:
            subprocess.run([*git, "checkout", "-q", "main"], check=True)
        finally:
            os.kill(watched.process.pid, signal.SIGCONT)
        starved, starved_doubt = watched.until(QUIET_S)
        median = statistics.median(latencies)
        cells = [
            name, f"{watched.ready_s:.2f}", f"{idle:.1f}", f"{watched.rss_mb():.0f}", f"{median:.1f}",
            seen(storm, doubt, changed), f"{cpu:.2f}", seen(starved, starved_doubt, changed),
        ]  # fmt: skip
        return cells, [watched.ready_s, median, cpu]
    finally:
        watched.stop()


def seen(paths: set[str], doubt: bool, changed: int) -> str:
    """How much of a checkout was reported, and what the watcher says of the rest."""
    count = sum(path.endswith(".py") for path in paths)
    return f"{count} of {changed}" + (", said so" if doubt else "" if count >= changed else ", SILENT")


def available() -> list[str]:
    """Ours, and the peers that are installed."""
    found = ["ours", "watchdog"]
    done = subprocess.run([sys.executable, "-c", "import watchfiles"], capture_output=True)
    found += ["watchfiles"] if done.returncode == 0 else []
    return found + (["inotifywait"] if shutil.which("inotifywait") else [])


def run_child(name: str, root: str) -> None:
    """Be a watcher that reports to standard output."""

    def report(paths: list[str], dirty: str) -> None:
        sys.stdout.write(json.dumps({"paths": paths, "dirty": dirty}) + "\n")
        sys.stdout.flush()

    CHILDREN[name](root, lambda: print("ready", file=sys.stderr, flush=True), report)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="5,000 files instead of 100,000")
    parser.add_argument("--child", nargs=2, metavar=("WATCHER", "ROOT"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        run_child(*args.child)
        return
    if sys.platform != "linux":
        raise SystemExit("this benchmark reads /proc: it runs on Linux only")
    files = 5_000 if args.small else 100_000
    with tempfile.TemporaryDirectory() as folder:
        root, log = os.path.join(folder, "tree"), os.path.join(folder, "log")
        changed = make_tree(root, files)
        git_ms = medians_ms({"git status": ["git", "status", "--porcelain"]}, 5, cwd=root)["git status"]
        found = {name: measure(name, root, log, changed) for name in available()}
    rows = [["watcher", "ready s", "idle CPU %", "RSS MB", "p50 ms", "checkout", "its CPU s", "checkout while stopped"]]
    rows += [cells for cells, _ in found.values()]
    aims = "aims: ready ≤ 0.5 s, idle 0.0, RSS ≤ 60, p50 ≤ 5"
    show(f"watching {files:,} files in {files // PER_FOLDER:,} folders ({aims})", rows)
    ratios = [["ours ÷", "ready", "p50", "CPU of the checkout"]]
    ours = found["ours"][1]
    for name, (_, numbers) in found.items():
        if name != "ours":
            ratios.append(
                [name, *(f"{one / other:.2f}" if other else "" for one, other in zip(ours, numbers, strict=True))]
            )
    ratios.append(
        ["git status", f"{ours[0] * 1000 / git_ms:.2f}", f"{ours[1] / git_ms:.4f}", f"{ours[2] * 1000 / git_ms:.2f}"]
    )
    show(f"ratios (git status takes {git_ms:.0f} ms)", ratios)


if __name__ == "__main__":
    main()
