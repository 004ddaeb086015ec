"""Other benchmark tools, really run: each is given the base, then the head, and so many seconds for both."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dial import held
from rules import Answer

PACKAGES = ("pytest-benchmark", "pyperf", "asv", "scipy")
Compare = Callable[[str, str, float], Mapping[str, Answer]]
"""(program of the base, program of the head, seconds) -> what each rule of the tool says."""
_TEST = """import os, subprocess
def test_work(benchmark):
    benchmark(subprocess.run, [os.environ["PROGRAM"]], check=True)
"""
_PYPERF_START_S, _PYPERF_VALUES, _PYPERF_LOOPS = 0.3, 3, 5
_ASV = """import json, sys
from asv.commands.compare import _is_result_better
from asv_runner.statistics import compute_stats
said = []
for base, head in json.load(sys.stdin):
    (before, seen), (after, seen_after) = compute_stats(base, 1), compute_stats(head, 1)
    first, second = (seen, base), (seen_after, head)
    slower = _is_result_better(before, after, first, second, 1.1)
    faster = _is_result_better(after, before, second, first, 1.1)
    said.append("slower" if slower else "faster" if faster else "")
json.dump(said, sys.stdout)
"""
"""asv's own decision with its own defaults; `continuous` itself needs a repository and two builds per comparison."""


@dataclass(frozen=True, slots=True)
class Peers:
    """What was found. `compare`: the tools that measure themselves; `asv`: judges samples of others."""

    versions: Mapping[str, str]
    missing: Mapping[str, str]
    compare: Mapping[str, Compare]
    asv: Callable[[Sequence[tuple[Sequence[float], Sequence[float]]]], list[Answer]] | None


def find(*, program_ms: float, wanted: bool = True) -> Peers:
    """The tools of this machine, and those that the registry gives: installed once, into a folder of the cache."""
    versions: dict[str, str] = {}
    missing: dict[str, str] = {}
    compare: dict[str, Compare] = {}
    if not wanted:
        return Peers(versions, dict.fromkeys(("hyperfine", *PACKAGES[:3]), "not asked for"), compare, None)
    if path := shutil.which("hyperfine"):
        versions["hyperfine"] = _said([path, "--version"]).split()[-1]
        compare["hyperfine"] = lambda base, head, seconds: _hyperfine(path, base, head, seconds, program_ms)
    else:
        missing["hyperfine"] = "not installed"
    python, problem = _installed()
    if problem:
        return Peers(versions, missing | dict.fromkeys(PACKAGES[:3], problem), compare, None)
    listed = json.loads(_said([python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]))
    versions |= {one["name"]: one["version"] for one in listed if one["name"] in PACKAGES}
    compare["pytest-benchmark"] = lambda base, head, seconds: _pytest_benchmark(python, base, head, seconds)
    compare["pyperf"] = lambda base, head, seconds: _pyperf(python, base, head, seconds, program_ms)
    return Peers(versions, missing, compare, lambda pairs: _asv(python, pairs))


def _installed() -> tuple[str, str]:
    """The interpreter that has the packages; or a sentence."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(cache, "resonance-perf", f"peers-{sys.version_info[0]}.{sys.version_info[1]}")
    python, done = os.path.join(folder, "bin", "python"), os.path.join(folder, "installed")
    if os.path.exists(done):
        return python, ""
    print(f"installing {', '.join(PACKAGES)} into the cache, once", file=sys.stderr)
    for argv in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", *PACKAGES]):
        step = subprocess.run(argv, capture_output=True, text=True)
        if step.returncode:
            lines = (step.stderr or step.stdout).strip().splitlines() or ["pip failed"]
            return "", f"could not be installed: {lines[-1]}"
    with open(done, "w", encoding="utf-8"):
        return python, ""


def _hyperfine(path: str, base: str, head: str, seconds: float, program_ms: float) -> Mapping[str, Answer]:
    runs = max(10, round(seconds * 1000 / 2 / program_ms))
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        options = ["-N", "--style", "none", "--warmup", "3", "--runs", str(runs), "--export-json", report]
        _said([path, *options, shlex.quote(base), shlex.quote(head)])
        with open(report, encoding="utf-8") as file:
            before, after = json.load(file)["results"]
    apart = abs(after["mean"] - before["mean"]) > before["stddev"] + after["stddev"]
    slower: Answer = "slower" if after["mean"] > before["mean"] else "faster"
    return {"hyperfine, mean ± sd apart": slower if apart else ""}


def _pytest_benchmark(python: str, base: str, head: str, seconds: float) -> Mapping[str, Answer]:
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "test_work.py"), "w", encoding="utf-8") as file:
            file.write(_TEST)
        common = [
            python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-only",
            f"--benchmark-max-time={seconds / 2}", f"--benchmark-storage=file://{folder}/kept", "test_work.py",
        ]  # fmt: skip
        fails = [f"--benchmark-compare-fail={field}:5%" for field in ("mean", "min")]
        _said([*common, "--benchmark-save=base"], cwd=folder, env={"PROGRAM": base})
        said = _said([*common, "--benchmark-compare", *fails], cwd=folder, env={"PROGRAM": head}, may_fail=True)
    if "test_work" not in said:
        raise SystemExit(f"pytest-benchmark did not compare: {said}")
    return {
        f"pytest-benchmark compare, {field} > 5 %": "slower" if f"Field '{field}' has failed" in said else ""
        for field in ("mean", "min")
    }


def _pyperf(python: str, base: str, head: str, seconds: float, program_ms: float) -> Mapping[str, Answer]:
    each = _PYPERF_START_S + (1 + _PYPERF_VALUES) * _PYPERF_LOOPS * program_ms / 1000
    options = [
        "--processes", str(max(2, round(seconds / 2 / each))), "--values", str(_PYPERF_VALUES), "--warmups", "1",
        "--loops", str(_PYPERF_LOOPS), "--name", "work",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, f"{side}.json") for side in ("base", "head")]
        for program, file in zip((base, head), files, strict=True):
            _said([python, "-m", "pyperf", "command", "--quiet", *options, "-o", file, program])
        said = _said([python, "-m", "pyperf", "compare_to", *files])
    answer = re.search(r"x (slower|faster)", said)
    name = "pyperf compare_to"
    if answer is None:
        return {name: ""}
    return {name: "slower" if answer[1] == "slower" else "faster"}


def _asv(python: str, pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> list[Answer]:
    done = subprocess.run(
        [python, "-c", _ASV], input=json.dumps(pairs), capture_output=True, text=True, check=True
    ).stdout
    said: list[Answer] = json.loads(done)
    return said


def _said(
    argv: Sequence[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None, may_fail: bool = False
) -> str:
    """What a tool printed, held on the core of everything else."""
    with held():
        done = subprocess.run(argv, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True)
    if done.returncode and not may_fail:
        raise SystemExit(f"{' '.join(argv[:4])} failed: {done.stderr or done.stdout}")
    return done.stdout + done.stderr
