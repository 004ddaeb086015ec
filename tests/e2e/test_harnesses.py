"""Benchmark harnesses, run for real: from the config to a row that a budget judges."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import NODE, Sharing, judged

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.usefixtures("tools_on_path")]
FILES = {
    "go.mod": "module work\n\ngo 1.19\n",
    "work.py": "import time\ntime.sleep(PAUSE)\n",
    "bench_work.py": "import time\n\ndef test_work(benchmark):\n    benchmark(time.sleep, PAUSE)\n",
    "perf_work.py": "import time\nimport pyperf\npyperf.Runner().bench_func('work', time.sleep, PAUSE)\n",
    "asv.conf.json": '{"version": 1, "project": "work", "repo": ".", "branches": ["HEAD"], "benchmark_dir": "asv"}\n',
    "asv/__init__.py": "", "asv/work.py": "import time\n\ndef time_work():\n    time.sleep(PAUSE)\n",
    "bench/bench_work.cpp": "#include <benchmark/benchmark.h>\n#include <unistd.h>\nstatic void BM_work(benchmark::State& state) {\n"
    "  for (auto _ : state) usleep(1000000 * PAUSE);\n}\nBENCHMARK(BM_work);\nBENCHMARK_MAIN();\n",
    "work.bench.mjs": "import { bench } from 'vitest'\nbench('work', () => new Promise((done) => setTimeout(done, 1000 * PAUSE)), "
    "{time: 1, iterations: 3, warmupTime: 1, warmupIterations: 1})\n",
    "tiny.mjs": "import { Bench } from 'tinybench'\nconst bench = new Bench({ time: 1, iterations: 8, warmup: false })\n"
    "bench.add('work', () => new Promise((done) => setTimeout(done, 1000 * PAUSE)))\nawait bench.run()\n"
    "console.log(JSON.stringify(bench.tasks.map(({ name, result }) => ({ name, ...result }))))\n",
    "work_test.go": 'package work\n\nimport (\n\t"testing"\n\t"time"\n)\n\nfunc BenchmarkWork(b *testing.B) {\n'
    "\tfor i := 0; i < b.N; i++ {\n\t\ttime.Sleep(time.Duration(PAUSE * float64(time.Second)))\n\t}\n}\n",
}  # fmt: skip


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
                "setup": ["g++", "-O1", "bench/bench_work.cpp", "-lbenchmark", "-lpthread", "-o", "work"]},
    ),
    "vitest": (
        str(NODE / "vitest"),
        {"program": [str(NODE / "vitest")], "files": ["work.bench.mjs"], "setup": ["ln", "-sfn", str(NODE.parent), "node_modules"]},
    ),
    "tinybench": (
        str(NODE / "vitest"),
        {"driver": "tool", "tool": "tinybench", "command": ["node", "tiny.mjs"],
         "setup": ["ln", "-sfn", str(NODE.parent), "node_modules"]},
    ),
}  # fmt: skip
"""Driver -> the program that it cannot do without, and its keys."""
PROJECT = {
    "queries.sql": "SELECT count(*) FROM orders WHERE day = 7;\n",
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.13)\nproject(work CXX)\nfind_package(benchmark REQUIRED)\nadd_subdirectory(bench)\n",
    "bench/CMakeLists.txt": "add_executable(work bench_work.cpp)\ntarget_link_libraries(work benchmark::benchmark)\n",
}
"""What the harnesses' files lack to be found."""


def files(pause: str) -> dict[str, str]:
    return {name: text.replace("PAUSE", pause) for name, text in FILES.items()}


@pytest.mark.parametrize("driver", HARNESSES)
def test_a_harness_is_driven_and_judged(driver: str, repo: GitRepo) -> None:
    _, value = judged(repo, keys_of(driver), "wall", "1s", files("0.005"))
    assert 5 <= value < 500


def test_a_slower_change_is_told_and_red(repo: GitRepo) -> None:
    bench = {
        **keys_of("hyperfine"),
        "metrics": {"wall": {"budget": "limit"}},
        "samples": {"min": 8, "max": 24},
        "explain": "off",
    }
    config = {"version": 1, "baseline": "previous", "benchmarks": {"it": bench}}
    repo.commit({**files("0.005"), ".resonance/config.yaml": json.dumps(config)}, "a program")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "60ms"}}\n```\n'}, "watch")
    repo.commit(files("0.08"), "slower")
    done = project.run("run", "it", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == "wall")
    assert change["verdict"] == "slower" and change["ratio"] > 1.3
    (row,) = project.rows()
    assert row.metric == "wall" and row.verdict == "slower" and row.budget == "🔴 60ms"


def test_what_init_proposes_runs_as_it_stands(repo: GitRepo) -> None:
    for program in ("go", "cmake"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    db = sqlite3.connect(repo.path / "shop.sqlite")
    db.executescript("CREATE TABLE orders (day INTEGER); INSERT INTO orders VALUES (7), (8)")
    db.close()
    repo.commit({**files("0.001"), **PROJECT, ".resonance/.keep": ""}, "benchmarks, and no config")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    config = (repo.path / ".resonance/config.yaml").read_text()
    few = "    samples: {min: 1, max: 1}\n    metrics:"
    repo.write({".resonance/config.yaml": config.replace("    metrics:", few)})
    repo.git("add", "--all")
    repo.git("commit", "-qm", "watch")
    done = project.run("run", "--baseline", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    found = {row.benchmark for row in project.rows()}
    assert found == {"pytest-work", "pyperf-perf_work", "asv-time_work", "go-Work", "work-BM_work", "sql-shop"}


def keys_of(driver: str) -> dict[str, object]:
    program, keys = HARNESSES[driver]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    return {"driver": driver, **keys}
