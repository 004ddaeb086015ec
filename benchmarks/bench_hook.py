"""CPU that a post-commit hook adds to `git commit`: ours against an empty one, pre-commit and lefthook.

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
import time

from timing import show

from resonance_perf.system.hooks import install

FILES = 2000
SPOOL = ".git/resonance/spool/hooks"
PRE_COMMIT = """repos:
- repo: local
  hooks:
  - {id: nothing, name: nothing, language: system, entry: "true", stages: [post-commit], always_run: true}
"""
LEFTHOOK = "post-commit:\n  commands:\n    nothing:\n      run: 'true'\n"


def make_repo(path: str) -> None:
    """A repository of 2,000 files. An index as old as its files would make git hash them all at every commit."""
    for number in range(FILES):
        folder = os.path.join(path, f"d{number // 100}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"f{number}.txt"), "w") as file:
            file.write(f"{number}\n")
    for name, text in ((".pre-commit-config.yaml", PRE_COMMIT), ("lefthook.yml", LEFTHOOK)):
        with open(os.path.join(path, name), "w") as file:
            file.write(text)
    time.sleep(1.2)
    for args in (
        ["init", "-q", "-b", "main"], ["config", "user.name", "A"], ["config", "user.email", "a@example.org"],
        ["config", "gc.auto", "0"], ["add", "-A"], ["commit", "-qm", "first"],
    ):  # fmt: skip
        subprocess.run(["git", *args], cwd=path, check=True)


def make_hooks(repo: str, path: str, lefthook: str | None) -> dict[str, str]:
    """One folder of hooks per case, for the same repository, so that nothing else differs."""
    folders = {case: os.path.join(path, case) for case in ("no hook", "empty sh hook", "ours", "pre-commit no-op")}
    for folder in folders.values():
        os.makedirs(folder)
    hook = os.path.join(folders["empty sh hook"], "post-commit")
    with open(hook, "w") as file:
        file.write("#!/bin/sh\n")
    os.chmod(hook, 0o755)
    install(folders["ours"], os.path.join(repo, SPOOL), force=True)
    commands = {
        "pre-commit no-op": [
            os.path.join(os.path.dirname(sys.executable), "pre-commit"),
            "install",
            "-t",
            "post-commit",
        ]
    }
    if lefthook:
        commands["lefthook no-op"] = [lefthook, "install"]
        folders["lefthook no-op"] = os.path.join(path, "lefthook")
        os.makedirs(folders["lefthook no-op"])
    for case, command in commands.items():
        subprocess.run(command, cwd=repo, check=True, capture_output=True)
        os.replace(os.path.join(repo, ".git/hooks/post-commit"), os.path.join(folders[case], "post-commit"))
    return folders


def commit_cpu_ms(repo: str, hooks: str, env: dict[str, str]) -> float:
    """The CPU of one commit and all that it starts."""
    argv = ["git", "-c", f"core.hooksPath={hooks}", "commit", "-q", "--allow-empty", "-m", "x"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, cwd=repo, check=True, env=env, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def native_lefthook() -> str | None:
    """The native program, also where `lefthook` is the wrapper from PyPI, which starts a Python first."""
    found = os.environ.get("LEFTHOOK_BIN") or shutil.which("lefthook")
    return os.path.abspath(found) if found else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    args = parser.parse_args()
    lefthook = native_lefthook()
    with tempfile.TemporaryDirectory() as path:
        repo = os.path.join(path, "repo")
        make_repo(repo)
        hooks = make_hooks(repo, path, lefthook)
        env = {**os.environ, "LEFTHOOK_BIN": lefthook or "", "XDG_CACHE_HOME": os.path.join(path, "cache")}
        found: dict[str, list[float]] = {case: [] for case in hooks}
        draw = random.Random(1)
        for number in range(args.rounds + 1):
            for case in draw.sample(list(hooks), len(hooks)):
                cost = commit_cpu_ms(repo, hooks[case], env)
                if number:  # the first round fills caches
                    found[case].append(cost)
        with open(os.path.join(repo, SPOOL)) as file:
            assert len(file.readlines()) == args.rounds + 1, "every commit left its line"
    bare = found["no hook"]
    added = {case: statistics.median(map(float.__sub__, costs, bare)) for case, costs in found.items()}
    rows = [("hook", "commit CPU ms", "added CPU ms", "ours ÷ it")]
    for case, costs in found.items():
        ratio = f"{added['ours'] / added[case]:.4f}" if added[case] > 0 else ""
        rows.append((case, f"{statistics.median(costs):.2f}", f"{added[case]:+.2f}", ratio))
    show(f"hook, {args.rounds} rounds (aims: ≤ 1.2 of the empty one, ≤ 0.0083 of pre-commit, ≤ 0.1 of lefthook)", rows)


if __name__ == "__main__":
    main()
