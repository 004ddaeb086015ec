"""CPU of the guard before a commit, on a year of history: against bare Python and pre-commit with one local no-op.

CPU (user + system of the whole process tree), not wall time: a machine that does something else does not move it.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

from bench_startup import state, year_of_history
from timing import show

from resonance_perf.system.hooks import GUARD, install

PRE_COMMIT = """repos:
- repo: local
  hooks:
  - {id: nothing, name: nothing, language: system, entry: "true", stages: [commit-msg], always_run: true}
"""
STATE = ".resonance/01_state.md"
TIGHTER, LOOSER = state(60), state(1)
OURS = {
    "guard, other files staged": ("code.py", "x = -1\n", 0),
    "guard, a tighter budget staged": (STATE, TIGHTER, 0),
    "guard, a looser one refused": (STATE, LOOSER, 3),
}


def make_repos(folder: str) -> dict[str, tuple[str, list[str], int]]:
    """case -> (folder, command, exit code); each case has its own index."""
    first = os.path.join(folder, "first")
    year_of_history(first)
    git = os.path.join(first, ".git")
    install(os.path.join(git, "hooks"), os.path.join(git, "resonance/spool/hooks"), guard=True)
    with open(os.path.join(git, "COMMIT_EDITMSG"), "w") as file:
        file.write("a change\n")
    with open(os.path.join(first, ".pre-commit-config.yaml"), "w") as file:
        file.write(PRE_COMMIT)
    subprocess.run(["git", "add", ".pre-commit-config.yaml"], cwd=first, check=True)
    message = ".git/COMMIT_EDITMSG"
    peer = [os.path.join(os.path.dirname(sys.executable), "pre-commit"), "run", "--hook-stage", "commit-msg"]
    cases = {
        "python -c pass": (first, [sys.executable, "-c", "pass"], 0),
        "pre-commit run, one no-op": (first, [*peer, "--commit-msg-filename", message], 0),
    }
    for number, (case, (name, text, code)) in enumerate(OURS.items()):
        path = shutil.copytree(first, os.path.join(folder, str(number)))
        with open(os.path.join(path, name), "w") as file:
            file.write(text)
        subprocess.run(["git", "add", name], cwd=path, check=True)
        cases[case] = (path, ["sh", f".git/hooks/{GUARD}", message], code)
    return cases


def cpu_ms(where: str, argv: list[str], code: int, env: dict[str, str]) -> float:
    """The CPU of one run and all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, cwd=where, env=env, capture_output=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == code, done.stderr.decode()
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        cases = make_repos(folder)
        env = {**os.environ, "XDG_CACHE_HOME": os.path.join(folder, "cache")}
        found: dict[str, list[float]] = {case: [] for case in cases}
        for number in range(args.rounds + 1):
            for case in draw.sample(list(cases), len(cases)):
                cost = cpu_ms(*cases[case], env)
                if number:  # the first round fills caches
                    found[case].append(cost)
    median = {case: statistics.median(costs) for case, costs in found.items()}
    bare, peer = median["python -c pass"], median["pre-commit run, one no-op"]
    rows = [("before a commit", "CPU ms", "× python -c pass", "× pre-commit no-op")]
    rows += [(case, f"{ms:.1f}", f"{ms / bare:.2f}", f"{ms / peer:.3f}") for case, ms in median.items()]
    show(f"guard, {args.rounds} rounds (aims: ≤ 150 ms, ≤ 1 of pre-commit's no-op, ≤ 0.05 of it for other files)", rows)


if __name__ == "__main__":
    main()
