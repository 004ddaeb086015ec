"""Bundlers and what looks into bundles, run for real on both sides of a change: a budget judges it, and the package that grew is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import NODE, Sharing

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.usefixtures("tools_on_path")]
HEAVY = "node_modules/heavy"
_WEBPACK = ("webpack", "build", "--mode=production", "--entry=./src/index.js")
_EXPLORE = (
    "esbuild src/index.js --bundle --minify --sourcemap --outfile=dist/shop.js",
    'source-map-explorer dist/shop.js --no-border-checks --json "$0"',
)
BUILDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "esbuild": ({"driver": "esbuild", "entry": ["src/index.js"], "program": "esbuild"}, "raw", HEAVY),
    "webpack": ({"driver": "webpack", "options": [*_WEBPACK[2:]], "program": "webpack"}, "source", HEAVY),
    "size-limit": ({"driver": "size-limit", "part": "shop", "program": "size-limit"}, "size", ""),
    "size": ({"driver": "size", "files": ["src/*.js", "node_modules/heavy/**"], "levels": {"brotli": 4}}, "brotli", f"{HEAVY}/index.js"),
    "rollup": (
        {"tool": "rollup-visualizer", "command": ["sh", "-c", 'rollup -c && mv raw.json "$0"', "{out}/raw.json"]}, "raw", HEAVY,
    ),
    "source-map-explorer": (
        {"tool": "source-map-explorer", "command": [
            "sh", "-c", " && ".join(_EXPLORE), "{out}/shop.json"]}, "raw", HEAVY,
    ),
    "webpack-bundle-analyzer": (
        {"tool": "webpack-bundle-analyzer", "command": [
            "sh", "-c", f'{" ".join(_WEBPACK)} --json=stats.json && webpack-bundle-analyzer -m json -r "$0" stats.json dist',
            "{out}/shop.json"]}, "raw", HEAVY,
    ),
}  # fmt: skip
"""What runs -> its config, the metric with the budget, and the part that carries the change."""
CHECKS = [{"name": "shop", "path": "src/*.js", "limit": "1 B"}, {"name": "other", "path": "package.json"}]
SHOP = {
    "package.json": json.dumps({"name": "shop", "devDependencies": {"@size-limit/file": "*"}, "size-limit": CHECKS}),
    "src/index.js": "document.title = 'shop';\n",
    "src/data.js": "",
    "rollup.config.mjs": "import { visualizer } from 'rollup-plugin-visualizer'\nexport default { input: 'src/index.js', "
    "output: { dir: 'dist' }, plugins: [visualizer({ template: 'raw-data', filename: 'raw.json' })] }\n",
    "node_modules/heavy/package.json": '{"name": "heavy", "version": "1.0.0", "main": "index.js", "type": "module"}',
    "node_modules/heavy/index.js": f"export default [{', '.join(str(one * one) for one in range(1000))}];\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BUILDS)
def test_a_bundle_is_built_on_both_sides_judged_and_explained(name: str, repo: GitRepo) -> None:
    bench, metric, blamed = BUILDS[name]
    if name != "size":
        if not (NODE / name).exists():
            pytest.skip(f"{name} is not installed: .ci/tools")
        bench = {**bench, "setup": ["ln", "-s", *map(str, _installed()), "node_modules/"]}
    if "tool" in bench:
        bench |= {"driver": "tool", "exact": [metric]}
    config = {
        "version": 1,
        "baseline": "previous",
        "benchmarks": {"shop": {**bench, "metrics": {metric: {"budget": "limit"}}, "explain": "off"}},
    }
    repo.commit({**SHOP, ".resonance/config.yaml": json.dumps(config)}, "a shop")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": '# State\n\n```json\n{"budgets": {"limit": "300B"}}\n```\n'}, "watch")
    if name == "size":
        repo.commit({"node_modules/heavy/index.js": ""}, "nothing yet")
        repo.commit({"node_modules/heavy/index.js": SHOP["node_modules/heavy/index.js"]}, "use a package")
    else:
        big = SHOP["node_modules/heavy/index.js"]
        repo.commit(
            {
                "src/index.js": "import heavy from '../node_modules/heavy/index.js';\nconsole.log(heavy);\n",
                "src/data.js": big,
            },
            "use a package",
        )
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
