"""How long it takes to know the limits in force, where 10,000 commits touched the state file, against `git log`."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable

from timing import show

from resonance_perf.app.history import state_at
from resonance_perf.app.workspace import Workspace, open_workspace
from resonance_perf.judge.state import limits_of
from resonance_perf.store.walked import NAME

COMMITS, KEYS, MERGE_EVERY = 10_000, 5, 50
STATE, CONFIG = ".resonance/01_state.md", ".resonance/config.yaml"
RULES = "version: 1\napprovers: ['Ada <ada@example.org>']\nbenchmarks: {}\n"
PEER = "git log -- 01_state.md | wc"


def state(number: int, count: int) -> str:
    """The file after `number` of `count` tightenings, one key at a time."""
    limits = (2 * count - (number - key) // KEYS for key in range(KEYS))
    lines = ",\n".join(f'    "p{key}": "{limit}ms"' for key, limit in enumerate(limits))
    return f'# State\n\n```json\n{{\n  "budgets": {{\n{lines}\n  }}\n}}\n```\n\nMeasured {number} times.\n'


def history(folder: str, count: int, more: int) -> None:
    """A repository with `count` commits on main, some of them merges of a side branch, and `more` beside its tip."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    stream = []
    for number in range(1, count + more + 1):
        line = number <= count
        stream.append(f"commit refs/heads/{'main' if line else f'next{number - count}'}\nmark :{number}\n")
        stream.append(f"committer A <a@example.org> {1_700_000_000 + number * 3000} +0000\ndata 1\nc\n")
        stream.append(f"from :{min(number - 1, count)}\n" if number > 1 else "")
        stream.append(f"merge :{number - 2}\n" if line and number % MERGE_EVERY == 0 else "")
        files = {STATE: state(number, count), "code.py": f"x = {number}\n"} | ({CONFIG: RULES} if number == 1 else {})
        stream += [f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input="".join(stream).encode(), check=True)
    subprocess.run(["git", "reset", "-q", "--hard", "main"], cwd=folder, check=True)
    subprocess.run(["git", "repack", "-adq"], cwd=folder, check=True)


def forget(work: Workspace) -> None:
    """Lose what was walked."""
    for suffix in ("", "-wal", "-shm"):
        path = work.private(NAME + suffix)
        if os.path.exists(path):
            os.remove(path)


def ms(act: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def walks(work: Workspace, count: int, rounds: int) -> dict[str, float]:
    """Median ms of each way to the limits, all of them in every round."""
    peer = ["sh", "-c", f"git log --format=%H -- {STATE} | wc -l"]
    head = work.repo.resolve("main")
    times: dict[str, list[float]] = {}
    for number in range(1, rounds + 1):
        ahead = work.repo.resolve(f"next{number}")
        forget(work)
        done = {
            PEER: ms(lambda: subprocess.run(peer, cwd=work.repo.root, check=True, capture_output=True)),
            "cold: the whole history": ms(lambda: state_at(work, head)),
            "warm: the same commit": ms(lambda: state_at(work, head)),
            "one new commit": ms(lambda ahead=ahead: state_at(work, ahead)),  # type: ignore[misc]
        }
        for name, took in done.items():
            times.setdefault(name, []).append(took)
    assert limits_of(state_at(work, head)).in_force["p0"].budget.text == f"{2 * count - count // KEYS}ms"
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=COMMITS)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    folder = tempfile.mkdtemp()
    try:
        history(folder, args.commits, args.rounds)
        work = open_workspace(folder)
        found = walks(work, args.commits, args.rounds)
        size = os.path.getsize(work.private(NAME)) / 1e6
    finally:
        shutil.rmtree(folder)
    rows = [("way", "median ms", f"× {PEER}")]
    rows += [(name, f"{took:.1f}", f"{took / found[PEER]:.3g}") for name, took in found.items()]
    show(f"limits in force after {args.commits:,} commits of the state file ({size:.1f} MB are remembered)", rows)


if __name__ == "__main__":
    main()
