"""A project of one CPU-bound program, watched by the real daemon; the installed command; real git and hooks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from resonance_perf.cli import main
from resonance_perf.memory.log import read_log
from resonance_perf.model.record import MemoryRow
from resonance_perf.store.store import Store
from tests.conftest import GitRepo, until

CI = Path(__file__).parents[2] / ".ci"
NODE = CI / "node/node_modules/.bin"
ARTILLERY = CI / "artillery/node_modules/.bin"
"""Where `.ci/tools` puts the tools of npm: this one in CI only."""
COMMAND = str(Path(sys.executable).parent / "resonance-perf")
WORK = "N = {n}\ntotal = 0\nfor i in range(N):\n    total += i * i\nprint(total)\n"
SERVER = """import http.server, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet: head and body apart wait 40 ms for an acknowledgement

    def do_GET(self):
        time.sleep(PAUSE if self.path == "/shop" else 0)
        self.send_response(503 if self.path == "/shut" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""Listens to the port that it is given; `PAUSE` stands for how many seconds an answer of `/shop` takes."""
CONFIG = """version: 1
baseline: previous
approvers: ["Ada Lovelace <ada@example.org>"]
ratchet: {runs: 2, pause: 0s, cooldown: 0s}
benchmarks:
  work:
    driver: command
    command: ["PYTHON", "-I", "-S", "work.py"]
    verify: ["PYTHON", "-I", "-S", "-c", "pass"]
    paths: ["*.py"]
    explain: "off"
    metrics:
      cpu: {budget: work_cpu, margin: 10%}
""".replace("PYTHON", sys.executable)  # the `python3` on PATH may be a shim that takes longer than the program
STATE = '# State\n\n```json\n{\n  "budgets": {\n    "work_cpu": "%s"\n  }\n}\n```\n'


@dataclass
class Project:
    """The repository, the command line and the daemon."""

    repo: GitRepo
    said: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None

    def run(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *words], cwd=self.repo.path, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )  # fmt: skip

    def work(self, n: int, message: str = "change") -> str:
        return self.repo.commit({"work.py": WORK.format(n=n)}, message)

    def start(self) -> None:
        mark = len(self.said)
        self.process = subprocess.Popen(
            [COMMAND, "daemon"], cwd=self.repo.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        until(lambda: any(line.startswith("watching") for line in self.said[mark:]), f"the daemon: {self.said}")

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.rstrip("\n"))

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send a signal; return how long the daemon took to end, in seconds."""
        assert self.process is not None
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        self.process = None
        return time.monotonic() - start

    def heard(self, *words: str) -> None:
        until(lambda: any(all(word in line for word in words) for line in self.said), f"{words} in {self.said}")

    def quiet(self) -> None:
        """Wait until there is a number, nothing is measured, nothing waits, and everything is decided and written."""

        def done() -> bool:
            store = self.store()
            try:
                open_ = store.queue.open_jobs() or store.outbox.open_entries() or store.candidates.open()
                return "work" in store.numbers.benchmarks() and not open_
            finally:
                store.close()

        until(done, "the daemon to finish")

    def measured(self, commit: str) -> None:
        def done() -> bool:
            store = self.store()
            try:
                return store.numbers.is_measured("work", commit)
            finally:
                store.close()

        until(done, f"the measurement of {commit[:9]}; heard {self.said}")
        self.quiet()

    def store(self) -> Store:
        return Store(str(self.repo.path / ".git" / "resonance"))

    def read(self, name: str) -> str:
        return (self.repo.path / ".resonance" / name).read_bytes().decode()

    def rows(self) -> tuple[MemoryRow, ...]:
        return read_log(self.read("02_memory.md"), "m")[0]


class Sharing(Project):
    """A project that is measured in this process, which waits for no quiet machine where a test is `shared`."""

    def run(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        out, err = StringIO(), StringIO()
        with patch.dict(os.environ, env or {}), redirect_stdout(out), redirect_stderr(err):
            code = main([words[0], "-C", str(self.repo.path), *words[1:]])
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def judged(
    repo: GitRepo, bench: dict[str, Any], metric: str, limit: str, files: dict[str, str] | None = None
) -> tuple[dict[str, Any], float]:
    """(the run, the value of `metric`) of a benchmark of `files`, from `init` to a row that a budget of `limit` judges
    as green; one sample and its warm-up are enough for that, as the metrics of a clock are far below it."""
    few = {"samples": {"min": 1, "max": 1}}
    benchmarks = {"it": {**few, **bench, "metrics": {metric: {"budget": "limit"}, **bench.get("metrics", {})}}}
    config = json.dumps({"version": 1, "baseline": "previous", "benchmarks": benchmarks})
    repo.commit({**(files or {}), ".resonance/config.yaml": config}, "what is measured")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit(
        {".resonance/01_state.md": f'# State\n\n```json\n{{"budgets": {{"limit": "{limit}"}}}}\n```\n'}, "watch"
    )
    done = project.run("run", "it", "--baseline", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    row = next(one for one in project.rows() if one.metric == metric)
    assert row.budget == f"🟢 {limit}"
    (run,) = json.loads(done.stdout)["runs"]
    return run, run["metrics"][metric]["value"]


@pytest.fixture
def tools_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of `.ci/tools` are found as if they were installed for everybody."""
    places = (str(Path(sys.executable).parent), str(NODE), str(ARTILLERY), str(CI / "jmeter/bin"), os.environ["PATH"])
    monkeypatch.setenv("PATH", os.pathsep.join(places))


@pytest.fixture
def project(repo: GitRepo) -> Iterator[Project]:
    """Initialised, trusted and committed; the program takes some 20 ms of CPU, the budget is out of the way."""
    repo.commit({"work.py": WORK.format(n=150_000), ".resonance/config.yaml": CONFIG}, "a program")
    made = Project(repo)
    done = made.run("init", "--yes", "--hooks")
    assert done.returncode == 0, done.stderr
    repo.write({".resonance/01_state.md": STATE % "10s"})
    assert made.run("trust", "--yes").returncode == 0
    repo.git("add", "--all")
    repo.git("commit", "-qm", "watch")
    yield made
    if made.process is not None:
        os.killpg(made.process.pid, signal.SIGKILL)
        made.process.wait()
