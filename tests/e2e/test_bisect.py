"""The installed command over a real history: a CPU-bound program, a commit that crashes, a merge, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from resonance_perf.memory.log import read_log
from tests.conftest import GitRepo
from tests.e2e.conftest import COMMAND, WORK

pytestmark = [pytest.mark.slow, pytest.mark.shared]

CONFIG = f"""version: 1
benchmarks:
  work:
    driver: command
    command: ["{sys.executable}", "-I", "-S", "work.py"]
    paths: ["*.py"]
    metrics:
      cpu: {{margin: 10%}}
"""
FAST, SLOW = 80_000, 320_000
MEMORY = ".resonance/02_memory.md"


@pytest.fixture
def history(repo: GitRepo) -> GitRepo:
    """Twelve commits after the tag `good`; the branch that the sixth merges has the one that is twice as slow."""

    def work(n: int, message: str) -> None:
        repo.commit({"work.py": f"# {message}\n{WORK.format(n=n)}"}, message)

    notes = {f".resonance/{name}.md": "# Notes\n" for name in ("00_soul", "01_state", "02_memory")}
    repo.commit({".resonance/config.yaml": CONFIG, **notes}, "watch")
    work(FAST, "good")
    repo.git("tag", "good")
    for number in (1, 2, 3):
        work(FAST, f"fast {number}")
    repo.git("checkout", "-qb", "side")
    work(FAST, "inside, fast")
    work(SLOW, "Count further")
    work(SLOW, "inside, slow")
    repo.git("checkout", "-q", "main")
    repo.commit({"README.md": "more\n"}, "read me")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
    repo.commit({"work.py": "import nothing_like_this\n"}, "broken")
    for number in (1, 2, 3):
        work(SLOW, f"slow {number}")
    return repo


def bisect(repo: GitRepo, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "bisect", "work", "--bad", "main", *words], cwd=repo.path, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, env={**os.environ, "RESONANCE_PERF_TRUST": "1"},
    )  # fmt: skip


def test_names_the_commit_inside_the_merge_and_remembers_it(history: GitRepo) -> None:
    done = bisect(history, "--good", "good")
    assert done.returncode == 0, done.stderr
    (said,) = done.stdout.splitlines()
    culprit = history.git("log", "--all", "--format=%h", "--abbrev=9", "--grep=Count further")
    assert said.startswith(f"🟡 work slower since {culprit} “Count further”: cpu ")
    assert "inside the merge" in said and "Grace" not in said
    text = (history.path / MEMORY).read_text()
    (row,) = read_log(text, "m")[0]
    assert (row.commit, row.trigger, row.verdict) == (culprit, "bisect", "slower")
    assert text.count("“Count further”") == 1
    assert history.git("status", "--porcelain") == f"M {MEMORY}"


def test_an_interrupt_writes_nothing_and_the_next_one_finds_it(history: GitRepo) -> None:
    process = subprocess.Popen(
        [COMMAND, "bisect", "work", "--good", "good", "--bad", "main"], cwd=history.path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "RESONANCE_PERF_TRUST": "1"},
    )  # fmt: skip
    assert process.stderr is not None
    assert "9 commits to search" in process.stderr.readline()
    assert "is slower: cpu" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err and "Traceback" not in err
    assert history.git("status", "--porcelain") == ""
    found = json.loads(bisect(history, "--good", "good", "--first-parent", "--json").stdout)
    assert (found["outcome"], found["suspects"][0]["subject"]) == ("found", "Merge side")
    assert found["comparisons"][0]["verdict"] == "slower"


def test_says_when_there_is_nothing_to_find(history: GitRepo) -> None:
    done = bisect(history, "--good", "main~2")
    assert done.returncode == 0
    assert "is not slower, there is no change to be found: " in done.stdout
    assert history.git("status", "--porcelain") == ""


def test_needs_trust(history: GitRepo) -> None:
    done = subprocess.run(
        [COMMAND, "bisect", "work", "--good", "good"], cwd=history.path, capture_output=True, text=True
    )
    assert done.returncode == 5
    assert "resonance-perf trust" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--good", "main", "--bad", "good"), "Exchange the two"),
        (("--good", "nowhere"), 'no commit called "nowhere"'),
        (("--good", "good", "--metric", "p99"), 'no metric "p99"'),
        (("--good", "good", "--confidence", "2"), "is not between 0.5 and 1"),
        (("--good", "good", "--time", "5kb"), "is not a time"),
        (("--good", "good", "--time", "nan"), "is not a quantity"),
    ],
)
def test_wrong_usage_is_exit_2_with_what_to_do(history: GitRepo, words: tuple[str, ...], says: str) -> None:
    done = bisect(history, *words)
    assert done.returncode == 2
    assert says in done.stderr
