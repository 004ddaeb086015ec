"""A page of the repository, measured in Chromium on both sides of a change: from the config to a row that is judged."""

from __future__ import annotations

import json
import sys

import pytest

from resonance_perf.system.browser.chromium import find_chromium
from resonance_perf.system.browser.visit import VisitError
from tests.conftest import GitRepo
from tests.e2e.conftest import Project

pytestmark = pytest.mark.slow
PAGE = "<!doctype html><title>shop</title><button id=buy>Buy</button><script src=app.js></script>"
APP = (
    "document.getElementById('buy').addEventListener('click', function onBuy() {"
    " const end = performance.now() + PAUSE; while (performance.now() < end); })\n"
)


def test_the_click_that_became_slow_is_a_row_with_the_function_to_blame(repo: GitRepo) -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed")
    try:
        find_chromium(None)
    except VisitError as error:
        pytest.skip(str(error))
    bench = {
        "driver": "web", "url": "http://127.0.0.1:{port}/", "steps": ["click #buy"],
        "serve": [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"],
        "ready": "http://127.0.0.1:{port}/", "metrics": {"inp": {"budget": "inp"}},
        "samples": {"min": 6, "max": 6, "time": "60s"},
    }  # fmt: skip
    config = {"version": 1, "baseline": "previous", "benchmarks": {"page": bench}}
    repo.commit(
        {"index.html": PAGE, "app.js": APP.replace("PAUSE", "20"), ".resonance/config.yaml": json.dumps(config)}
    )
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"inp": "200ms"}}\n```\n'}, "watch")
    repo.commit({"app.js": APP.replace("PAUSE", "350")}, "slower")
    done = project.run("run", "page", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == "inp")
    assert change["verdict"] == "slower" and change["ratio"] > 3
    (row,) = project.rows()
    assert row.metric == "inp" and row.verdict == "slower" and row.budget == "🔴 200ms"
