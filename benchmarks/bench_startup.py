"""How long a command takes to answer, against bare Python and pre-commit. `status` runs on a year of history."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

from timing import medians_ms, show

from resonance_perf.model.comparison import Comparison
from resonance_perf.model.run import Environment, Estimate, Run, Sample
from resonance_perf.store.store import Store

CONFIG = """version: 1
baseline: previous
approvers: ["Ada <ada@example.org>"]
benchmarks:
""" + "".join(
    f'  b{n}:\n    driver: command\n    command: ["true"]\n'
    f"    metrics: {{cpu: {{budget: cpu{n}}}, wall: {{budget: wall{n}}}}}\n"
    for n in range(5)
)


def state(round_: int) -> str:
    """The state file as it stood after `round_` tightenings."""
    lines = ",\n".join(f'    "cpu{n}": "{900 - round_}ms",\n    "wall{n}": "{990 - round_}ms"' for n in range(5))
    return (
        f'# State\n\n```json\n{{\n  "budgets": {{\n{lines}\n  }}\n}}\n```\n\n'
        "<!-- resonance-perf:begin status -->\n<!-- resonance-perf:end status -->\n"
    )


def year_of_history(folder: str) -> None:
    """A repository with 1,000 commits, 50 of them moving budgets, and 5 × 250 stored comparisons."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q", "-b", "main", folder], check=True)
    stream = []
    for number in range(1000):
        files = {"code.py": f"x = {number}\n"}
        if number % 20 == 0:
            files[".resonance/01_state.md"] = state(number // 20)
        if number == 0:
            files[".resonance/config.yaml"] = CONFIG
        stream.append(
            f"commit refs/heads/main\ncommitter A <a@example.org> {1_760_000_000 + number * 30_000} +0000\ndata 1\nc\n"
        )
        for name, text in files.items():
            stream.append(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n")
    subprocess.run([*git, "fast-import", "--quiet"], cwd=folder, input="".join(stream).encode(), check=True)
    subprocess.run([*git, "reset", "-q", "--hard"], cwd=folder, check=True)
    store, draw = Store(os.path.join(folder, ".git", "resonance")), random.Random(1)
    for benchmark in (f"b{n}" for n in range(5)):
        for number in range(250):
            id_, at = f"{benchmark}-{number:04}", 1_760_000_000.0 + number * 120_000
            values = [100 + draw.gauss(0, 1) for _ in range(24)]
            samples = tuple(Sample(values={"cpu": value, "wall": value}) for value in values)
            estimates = tuple(Estimate(name, 100.0, 99.0, 101.0, "ms", 24) for name in ("cpu", "wall"))
            run = Run(
                id=id_,
                benchmark=benchmark,
                commit="c" * 40,
                side="head",
                started_at=at,
                environment=Environment("e", ()),
                samples=samples,
                estimates=estimates,
            )
            compared = [
                Comparison(
                    benchmark=benchmark, metric=name, base="0", head=id_, before=100, after=100, unit="ms", ratio=1.0,
                    low=0.99, high=1.01, verdict="same", pairs=24, seconds=5, decided_by=name,
                )
                for name in ("cpu", "wall")
            ]  # fmt: skip
            store.results.save("j", [run], compared, standing=True)
    store.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    here = os.path.dirname(sys.executable)
    ours = os.path.join(here, "resonance-perf")
    folder = tempfile.mkdtemp()
    try:
        year_of_history(folder)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "resonance-perf --version": [ours, "--version"],
            "resonance-perf status": [ours, "status"],
            "resonance-perf check": [ours, "check"],
            "pre-commit --version": [os.path.join(here, "pre-commit"), "--version"],
        }
        found = medians_ms(commands, args.rounds, cwd=folder)
    finally:
        shutil.rmtree(folder)
    bare, peer = found["python -c pass"], found["pre-commit --version"]
    rows = [("command", "median ms", "× python -c pass", "× pre-commit --version")]
    rows += [(name, f"{ms:.1f}", f"{ms / bare:.2f}", f"{ms / peer:.2f}") for name, ms in found.items()]
    show("start-up (aims: --version ≤ 2.5 × python, status ≤ 0.5 × pre-commit)", rows)


if __name__ == "__main__":
    main()
