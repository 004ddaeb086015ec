"""The shop with defects in its page: an audit names each, and the next one says that they are cured."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resonance_perf.audit.checklist import BY_ID
from resonance_perf.system.browser.chromium import find_chromium
from resonance_perf.system.browser.visit import VisitError
from tests.conftest import GitRepo
from tests.e2e.conftest import Project

pytestmark = [pytest.mark.slow, pytest.mark.shared]
ROOT = Path(__file__).parents[2]
DEFECTS = ("layout-thrash", "unused-bundle", "serial-waterfall")
NAMED = {
    "layout-thrashing": "align (/app.js:", "idle-scripts": "/labels.js",
    "waterfall": "/products → /products → /products",
}  # fmt: skip
KNOWN = {"cache-headers", "compression"}
"""The shop sends no Cache-Control and compresses nothing."""
CONFIG = """version: 1
benchmarks:
  page:
    driver: web
    serve: ["python3", "-m", "shop", "--port", "{port}"]
    setup: ["python3", "-m", "shop.seed"]
    ready: "http://127.0.0.1:{port}/healthz"
    url: "http://127.0.0.1:{port}/"
    steps: ["wait-for .card"]
    metrics: {cls: {}}
"""


def test_each_defect_is_named_and_the_next_audit_says_what_was_cured(make_repo: Callable[[str], GitRepo]) -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed")
    try:
        find_chromium(None)
    except VisitError as error:
        pytest.skip(str(error))
    repo = make_repo("shop")
    shutil.copytree(ROOT / "sample_repo", repo.path, dirs_exist_ok=True)
    repo.write({"config.yaml": CONFIG})
    repo.git("add", "--all")
    repo.git("commit", "-q", "-m", "shop")
    for name in DEFECTS:
        repo.git("apply", "--index", str(ROOT / f"tests/defects/{name}.patch"))
    repo.git("commit", "-q", "-m", "all of them")
    project, trusted = Project(repo), {"RESONANCE_PERF_TRUST": "1"}

    assert project.run("audit", "page").returncode == 5, "it runs what the config says"
    bad = project.run("audit", "page", "--json", env=trusted)
    assert bad.returncode == 0, bad.stdout + bad.stderr
    found = {one["id"]: one for one in json.loads(bad.stdout)["findings"]}
    yes = {id_ for id_, one in found.items() if one["answer"] == "yes"}
    assert yes == {*NAMED, *KNOWN}
    for id_, place in NAMED.items():
        assert place in found[id_]["place"], id_

    repo.git("reset", "-q", "--hard", "HEAD^")
    good = project.run("audit", "page", env=trusted)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "2 yes, " in good.stdout and "(new" not in good.stdout and "2 remains; " in good.stdout, good.stdout
    assert all(f"{BY_ID[id_].asks} (cured, was " in good.stdout for id_ in NAMED), good.stdout
    page = (repo.path / ".resonance/audit.md").read_text(encoding="utf-8")
    assert "cured, was 24" in page and "https://web.dev/articles/vitals" in page
