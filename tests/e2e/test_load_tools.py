"""Load tools through their drivers, for real: from a URL or a script in the config to a row that a budget judges."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.run import Sample
from tests.configured import sample_of
from tests.conftest import GitRepo
from tests.e2e.conftest import SERVER, Sharing, judged

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.usefixtures("tools_on_path")]
PLACE = "http://127.0.0.1:{port}"
SERVED = {"serve": [sys.executable, "-I", "server.py", "{port}"], "ready": f"{PLACE}/"}
SCRIPTS = {
    "load.js": 'import http from "k6/http";\nexport default function () { http.get(`${__ENV.PLACE}PATH`); }\n',
    "load.py": "from locust import HttpUser, task\n\n\nclass User(HttpUser):\n    @task\n    def shop(self):\n"
    '        self.client.get("PATH")\n',
    "load.jmx": (Path(__file__).parents[1] / "fixtures/load/plan.jmx").read_text(),
    "load.yml": "config:\n  target: http://127.0.0.1\n  phases:\n    - duration: 1\n      arrivalRate: 5\n"
    'scenarios:\n  - flow:\n      - get:\n          url: "PATH"\n',
}
K6 = {"script": "load.js", "arguments": ["-u1", "-e", f"PLACE={PLACE}"]}
TOOLS: dict[str, dict[str, Any]] = {
    "k6": {**K6, "arguments": [*K6["arguments"], "-i5"]},
    "ab": {"url": f"{PLACE}PATH", "requests": 10, "connections": 1},
    "hey": {"url": f"{PLACE}PATH", "connections": 1, "duration": "300ms", "warmup": "50ms"},
    "autocannon": {"url": f"{PLACE}PATH", "connections": 1, "duration": "1s"},
    "wrk": {"url": f"{PLACE}PATH", "connections": 1, "duration": "1s"},
    "locust": {"locustfile": "load.py", "host": PLACE, "users": 1},
    "jmeter": {"plan": "load.jmx", "properties": ["port={port}"]},
    "artillery": {"script": "load.yml", "target": PLACE, "timeout": "120s"},
}
"""Driver -> its keys in the config."""


def config(driver: str, path: str = "/shop", **more: Any) -> str:
    if shutil.which(driver) is None:
        pytest.skip(f"{driver} is not installed")
    keys = {key: put(value, path) for key, value in TOOLS[driver].items()}
    bench = {"driver": driver, **keys, **SERVED, "metrics": {"p50": {"budget": "limit"}},
             "samples": {"min": 8, "max": 24, "time": "60s"}, "explain": "off", **more}  # fmt: skip
    return json.dumps({"version": 1, "baseline": "previous", "benchmarks": {"it": bench}})


def put(value: Any, path: str) -> Any:
    return value.replace("PATH", path) if isinstance(value, str) else value


def files(pause: float, path: str = "/shop") -> dict[str, str]:
    return {"server.py": SERVER.replace("PAUSE", str(pause))} | {n: put(text, path) for n, text in SCRIPTS.items()}


def test_k6_loads_both_sides_of_a_change(repo: GitRepo) -> None:
    repo.commit({**files(0.005), ".resonance/config.yaml": config("k6")}, "a server")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "30ms"}}\n```\n'}, "watch")
    repo.commit(files(0.06), "slower")
    done = project.run("run", "it", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == "p50")
    assert change["verdict"] == "slower" and change["ratio"] > 1.3
    assert [row.budget for row in project.rows()] == ["🔴 30ms"]


def test_a_server_under_the_load_of_k6_is_profiled_by_the_request(repo: GitRepo) -> None:
    repo.commit({**files(0.001), ".resonance/config.yaml": config("k6")}, "a server")
    words = ("profile", "it", "--profiler", "cprofile", "--time", "1s", "--json")
    done = Sharing(repo).run(*words, env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    answers = next(one for one in told["functions"] if one["function"].endswith("Handler.do_GET"))
    assert (told["per"], told["work"], answers["self"]) == ("request", 5 * told["captures"], 1)


@pytest.mark.parametrize("driver", TOOLS)
def test_a_commit_is_loaded_and_judged(driver: str, repo: GitRepo) -> None:
    (bench,) = json.loads(config(driver))["benchmarks"].values()
    run, value = judged(repo, {**bench, "samples": {"min": 1, "max": 1}, "metrics": {}}, "p50", "1s", files(0.005))
    assert 5 <= value < 500 and run["load_model"] == {"artillery": "open", "k6": None}.get(driver, "closed")


def sample(repo: GitRepo, driver: str, path: str = "/shop", **keys: Any) -> Sample:
    repo.write(files(0.005, path))
    return sample_of(config(driver, path, **keys), repo.path)


@pytest.mark.parametrize("driver", TOOLS)
def test_a_server_that_turns_everybody_away_gives_no_number(driver: str, repo: GitRepo) -> None:
    with pytest.raises(BenchmarkError, match="it: no request succeeded"):
        sample(repo, driver, "/shut")


@pytest.mark.parametrize("driver", [one for one in TOOLS if one != "artillery"])
def test_nobody_there_gives_no_number(driver: str, repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = {key: json.loads(json.dumps(value).replace("{port}", "1")) for key, value in TOOLS[driver].items()}
    monkeypatch.setitem(TOOLS, driver, nobody)
    with pytest.raises(BenchmarkError, match=r"it: (no request (succeeded|got an answer)|it holds no request)|onnect"):
        sample(repo, driver)


@pytest.mark.parametrize(("driver", "metrics"), [
    ("wrk", ("p95", "p999", "error_rate")), ("ab", ("p95", "throughput")), ("hey", ("p999",)), ("k6", ("p99", "p999")),
])  # fmt: skip
def test_a_tool_tells_what_it_was_asked_for(driver: str, metrics: tuple[str, ...], repo: GitRepo) -> None:
    told = sample(repo, driver, metrics={one: {} for one in metrics})
    assert set(metrics) <= set(told.values)


def test_the_warm_up_of_k6_is_left_out(repo: GitRepo) -> None:
    arguments = {"arguments": [*K6["arguments"], "-d1s"], "warmup": "300ms"}
    told = sample(repo, "k6", **arguments)
    assert 5 <= told.values["p50"] < 100
