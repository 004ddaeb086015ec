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
SUMMARY = "--summary-trend-stats=min,med,p(90),p(95),p(99),max"
SERVED = {"serve": [sys.executable, "-I", "server.py", "{port}"], "ready": "http://127.0.0.1:{port}/"}
URL = "http://127.0.0.1:{port}/shop"
TOOLS = {
    "k6": (["k6", "run", "--quiet", "--no-usage-report", "-u1", "-i5", "-e", "PORT={port}", SUMMARY,
            "--summary-export={out}/s.json", "load.js"], "p50", SERVED),
    "ab": (["ab", "-q", "-n", "10", "-c", "1", "-e", "{out}/p.csv", URL], "p50", SERVED),
}  # fmt: skip
"""Tool -> its command, the metric that the change moves, and what its benchmark needs besides."""
FILES = {
    "server.py": SERVER, "load.js": K6, "go.mod": "module work\n\ngo 1.19\n",
    "work.py": "import time\ntime.sleep(PAUSE)\n",
    "bench_work.py": "import time\n\ndef test_work(benchmark):\n    benchmark(time.sleep, PAUSE)\n",
    "perf_work.py": "import time\nimport pyperf\npyperf.Runner().bench_func('work', time.sleep, PAUSE)\n",
    "asv.conf.json": '{"version": 1, "project": "work", "repo": ".", "branches": ["HEAD"], "benchmark_dir": "asv"}\n',
    "asv/__init__.py": "", "asv/work.py": "import time\n\ndef time_work():\n    time.sleep(PAUSE)\n",
    "cpp/work.cpp": "#include <benchmark/benchmark.h>\n#include <unistd.h>\nstatic void BM_work(benchmark::State& state) {\n"
    "  for (auto _ : state) usleep(1000000 * PAUSE);\n}\nBENCHMARK(BM_work);\nBENCHMARK_MAIN();\n",
    "work.bench.mjs": "import { bench } from 'vitest'\nbench('work', () => new Promise((done) => setTimeout(done, 1000 * PAUSE)), "
    "{time: 1, iterations: 3, warmupTime: 1, warmupIterations: 1})\n",
    "work_test.go": 'package work\n\nimport (\n\t"testing"\n\t"time"\n)\n\nfunc BenchmarkWork(b *testing.B) {\n'
    "\tfor i := 0; i < b.N; i++ {\n\t\ttime.Sleep(time.Duration(PAUSE * float64(time.Second)))\n\t}\n}\n",
}  # fmt: skip


NODE = Path(__file__).parents[2] / ".ci/node/node_modules"
HARNESSES: dict[str, tuple[str, dict[str, object]]] = {
    "hyperfine": ("hyperfine", {"program": [sys.executable, "-I", "-S", "work.py"], "runs": 3}),
    "pytest-benchmark": (
        sys.executable, {"program": [sys.executable, "-m", "pytest"], "tests": "bench_work.py", "time": "1ms"}
    ),
    "pyperf": (
        sys.executable,
        {"program": [sys.executable], "script": "perf_work.py", "processes": 1, "values": 2,
         "arguments": ["--warmups=0", "--loops=1"]},
    ),
    "asv": (
        sys.executable,
        {"program": [sys.executable], "part": "work.time_work", "arguments": ["--quick"]},
    ),
    "go": ("go", {"count": 2, "rounds": 2}),
    "google-benchmark": (
        "g++", {"program": "./work", "repetitions": 3, "time": "1ms",
                "setup": ["g++", "-O1", "cpp/work.cpp", "-lbenchmark", "-lpthread", "-o", "work"]},
    ),
    "vitest": (
        str(NODE / ".bin/vitest"),
        {"program": [str(NODE / ".bin/vitest")], "files": ["work.bench.mjs"], "setup": ["ln", "-sfn", str(NODE), "node_modules"]},
    ),
}  # fmt: skip
"""Driver -> the program that it cannot do without, and its keys."""


def files(pause: str) -> dict[str, str]:
    return {name: text.replace("PAUSE", pause) for name, text in FILES.items()}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_driven_on_both_sides_and_judged(tool: str, repo: GitRepo) -> None:
    command, metric, more = TOOLS[tool]
    judged(repo, command[0], {"driver": "tool", "tool": tool, "command": command, **more}, metric)


@pytest.mark.parametrize("driver", HARNESSES)
def test_a_harness_is_driven_by_its_name(driver: str, repo: GitRepo) -> None:
    program, keys = HARNESSES[driver]
    judged(repo, program, {"driver": driver, **keys}, "wall")


def judged(repo: GitRepo, program: str, keys: dict[str, object], metric: str) -> None:
    """A change that is slower is found to be, and is red in the memory."""
    if shutil.which(program) is None and not (Path(sys.executable).parent / program).exists():
        pytest.skip(f"{program} is not installed")
    bench = {"metrics": {metric: {"budget": "limit"}}, "samples": {"min": 8, "max": 8, "time": "5s"}, **keys}
    config = {"version": 1, "baseline": "previous", "benchmarks": {"it": bench}}
    repo.commit({**files("0.005"), ".resonance/config.yaml": json.dumps(config)}, "a program")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "15ms"}}\n```\n'}, "watch")
    repo.commit(files("0.04"), "slower")
    done = project.run("run", "it", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == metric)
    assert change["verdict"] == "slower" and change["ratio"] > 1.3
    (row,) = project.rows()
    assert row.metric == metric and row.verdict == "slower" and row.budget == "🔴 15ms"
