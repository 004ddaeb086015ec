"""The examples of the sample shop, one of each family of tools: each runs as it stands, to rows that budgets judge."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from resonance_perf.system.browser.chromium import find_chromium
from resonance_perf.system.browser.visit import VisitError
from tests.conftest import GitRepo
from tests.e2e.conftest import Sharing

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.usefixtures("tools_on_path")]
SHOP = Path(__file__).parents[2] / "sample_repo"
EXAMPLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "stats-load": ("load", "k6", {"p95": "2s"}),
    "report-lines": ("report", "", {"wall": "2s"}),
    "script": ("script", "esbuild", {"raw": "60kb"}),
    "stats-plan": ("counts", "", {"seq_scans": "0", "vm_steps": "500000"}),
    "page": ("page", "chromium", {"cls": "0.1", "lcp": "10s"}),
    "home": ("lighthouse", "lighthouse", {"lcp": "10s", "script_bytes": "60kb"}),
}
"""Benchmark -> its file below `perf/`, the program that it cannot do without, and a limit for each of its budgets."""


@pytest.mark.parametrize("bench", EXAMPLES)
def test_an_example_of_the_shop_runs_and_is_judged(bench: str, repo: GitRepo) -> None:
    name, program, limits = EXAMPLES[bench]
    skip_without(program)
    shutil.copytree(
        SHOP, repo.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.db*", "config.yaml")
    )
    entry = YAML(typ="safe").load((SHOP / f"perf/{name}.yaml").read_text())[bench]
    few = 1 if name == "lighthouse" else 2  # and one to warm up
    entry["samples"] = {"min": few, "max": few, "time": "1min"}
    for metric in limits:
        entry["metrics"][metric] = {"budget": metric}
    repo.write(
        {".resonance/config.yaml": json.dumps({"version": 1, "baseline": "previous", "benchmarks": {bench: entry}})}
    )
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.write({".resonance/01_state.md": f"# State\n\n```json\n{json.dumps({'budgets': limits})}\n```\n"})
    repo.git("add", "--all")
    repo.git("commit", "-qm", "a shop")
    done = project.run("run", bench, "--baseline", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    judged = {row.metric: row.budget for row in project.rows()}
    assert judged.keys() == entry["metrics"].keys()
    assert {metric: judged[metric] for metric in limits} == {metric: f"🟢 {limit}" for metric, limit in limits.items()}


def test_the_readme_of_the_shop_lists_them_all() -> None:
    readme = (SHOP / "README.md").read_text()
    assert all(f"| `perf/{path.name}` |" in readme for path in (SHOP / "perf").glob("*.yaml"))


def skip_without(program: str) -> None:
    if program in ("chromium", "lighthouse"):
        try:
            find_chromium(None)
        except VisitError as error:
            pytest.skip(str(error))
    if program == "chromium":
        pytest.importorskip("playwright", reason="Playwright is not installed")
    elif program and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
