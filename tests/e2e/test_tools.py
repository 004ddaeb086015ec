"""Other tools, run for real on both sides of a change: from the config to a row that a budget judges."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import SERVER, Project

pytestmark = pytest.mark.slow
K6 = 'import http from "k6/http";\nexport default function () { http.get(`http://127.0.0.1:${__ENV.PORT}/shop`); }\n'
ROUNDS = "--benchmark-max-time=0 --benchmark-min-time=0 --benchmark-min-rounds=5 --benchmark-json={out}/b.json -q"
SUMMARY = "--summary-trend-stats=min,med,p(90),p(95),p(99),max"
SERVED = {"serve": [sys.executable, "-I", "server.py", "{port}"], "ready": "http://127.0.0.1:{port}/"}
URL = "http://127.0.0.1:{port}/shop"
TOOLS = {
    "k6": (["k6", "run", "--quiet", "--no-usage-report", "-u1", "-i5", "-e", "PORT={port}", SUMMARY,
            "--summary-export={out}/s.json", "load.js"], "p50", SERVED),
    "ab": (["ab", "-q", "-n", "10", "-c", "1", "-e", "{out}/p.csv", URL], "p50", SERVED),
    "hyperfine": (["hyperfine", "-N", "-w", "1", "--runs", "3", "--export-json", "{out}/h.json",
                   f"{sys.executable} -I -S work.py"], "wall", {}),
    "pytest-benchmark": ([sys.executable, "-m", "pytest", *ROUNDS.split(), "bench_work.py"], "wall", {}),
    "go": (["go", "test", "-bench=.", "-count=2", "-benchtime=2x"], "wall", {}),
}  # fmt: skip
"""Tool -> its command, the metric that the change moves, and what its benchmark needs besides."""
FILES = {
    "server.py": SERVER, "load.js": K6, "go.mod": "module work\n\ngo 1.19\n",
    "work.py": "import time\ntime.sleep(PAUSE)\n",
    "bench_work.py": "import time\n\ndef test_work(benchmark):\n    benchmark(time.sleep, PAUSE)\n",
    "work_test.go": 'package work\n\nimport (\n\t"testing"\n\t"time"\n)\n\nfunc BenchmarkWork(b *testing.B) {\n'
    "\tfor i := 0; i < b.N; i++ {\n\t\ttime.Sleep(time.Duration(PAUSE * float64(time.Second)))\n\t}\n}\n",
}  # fmt: skip


def files(pause: str) -> dict[str, str]:
    return {name: text.replace("PAUSE", pause) for name, text in FILES.items()}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_driven_on_both_sides_and_judged(tool: str, repo: GitRepo) -> None:
    command, metric, more = TOOLS[tool]
    if shutil.which(command[0]) is None and not (Path(sys.executable).parent / command[0]).exists():
        pytest.skip(f"{command[0]} is not installed")
    bench = {"driver": "tool", "tool": tool, "command": command, "metrics": {metric: {"budget": "limit"}},
             "samples": {"min": 8, "max": 8, "time": "5s"}, **more}  # fmt: skip
    config = {"version": 1, "baseline": "previous", "benchmarks": {"it": bench}}
    repo.commit({**files("0.005"), ".resonance/config.yaml": json.dumps(config)}, "a program")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "15ms"}}\n```\n'}, "watch")
    repo.commit(files("0.02"), "slower")
    done = project.run("run", "it", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == metric)
    assert change["verdict"] == "slower" and change["ratio"] > 1.3
    (row,) = project.rows()
    assert row.metric == metric and row.verdict == "slower" and row.budget == "🔴 15ms"
