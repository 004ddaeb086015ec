"""Bundlers and size-limit, run for real on both sides of a change: a budget judges it, and the package that grew is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import NODE, Project

pytestmark = pytest.mark.slow
BUILDS = {
    "esbuild": ({"driver": "esbuild", "entry": ["src/index.js"]}, "raw", "node_modules/heavy"),
    "size-limit": ({"driver": "size-limit", "part": "shop"}, "size", ""),
    "size": ({"driver": "size", "files": ["src/*.js", "node_modules/heavy/**"], "levels": {"brotli": 4}}, "brotli",
             "node_modules/heavy/index.js"),
}  # fmt: skip
"""What runs -> its config, the metric with the budget, and the part that carries the change."""
CHECKS = [{"name": "shop", "path": "src/*.js", "limit": "1 B"}, {"name": "other", "path": "package.json"}]
SHOP = {
    "package.json": json.dumps({"name": "shop", "devDependencies": {"@size-limit/file": "*"}, "size-limit": CHECKS}),
    "src/index.js": "document.title = 'shop';\n",
    "src/data.js": "",
    "node_modules/heavy/package.json": '{"name": "heavy", "version": "1.0.0", "main": "index.js"}',
    "node_modules/heavy/index.js": f"module.exports = [{', '.join(str(one * one) for one in range(1000))}];\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BUILDS)
def test_a_bundle_is_built_on_both_sides_judged_and_explained(name: str, repo: GitRepo) -> None:
    bench, metric, blamed = BUILDS[name]
    if name != "size":
        if not (NODE / name).exists():
            pytest.skip(f"{name} is not installed: .ci/tools")
        bench = {**bench, "setup": ["ln", "-s", *map(str, _installed()), "node_modules/"]}
        bench |= {"program": str(NODE / name)}
    config = {
        "version": 1,
        "baseline": "previous",
        "benchmarks": {"shop": {**bench, "metrics": {metric: {"budget": "limit"}}}},
    }
    repo.commit({**SHOP, ".resonance/config.yaml": json.dumps(config)}, "a shop")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "300B"}}\n```\n'}, "watch")
    if name == "size":
        repo.commit({"node_modules/heavy/index.js": ""}, "nothing yet")
        repo.commit({"node_modules/heavy/index.js": SHOP["node_modules/heavy/index.js"]}, "use a package")
    else:
        big = SHOP["node_modules/heavy/index.js"]
        repo.commit({"src/index.js": "console.log(require('heavy'));\n", "src/data.js": big}, "use a package")
    done = project.run("run", "shop", "--json", env={"RESONANCE_PERF_TRUST": "1"})
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    (change,) = (one for one in found["comparisons"] if one["metric"] == metric)
    assert change["verdict"] == "slower"
    (row,) = project.rows()
    assert row.metric == metric and row.budget == "🔴 300B"
    if blamed:
        assert change["parts"][0]["name"] == blamed and change["parts"][0]["share"] > 0.5
        lessons = (repo.path / ".resonance/02_memory.md").read_text()
        assert f"of it is {blamed}" in lessons.replace("\\", "")
        kept = repo.path / ".git/resonance/artifacts" / change["head"] / "parts.json"
        assert json.loads(kept.read_text())["comparisons"][0]["parts"][0]["name"] == blamed


def _installed() -> list[Path]:
    """What is installed, as links beside the packages of the shop itself."""
    return sorted(one for one in NODE.parent.iterdir() if not one.name.startswith("."))
