"""Tools that load a page in a real Chromium, run for real: from the config to a row that a budget judges."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.run import Sample
from tests.configured import config_of, sample_of
from tests.conftest import GitRepo
from tests.e2e.conftest import NODE, judged

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.usefixtures("tools_on_path")]
PAGE = """<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><button id="buy">Buy</button>
<script src="app.js"></script></html>
"""
SCRIPT = """const busy = ms => { const end = performance.now() + ms; while (performance.now() < end); };
document.querySelector("#buy").onclick = () => busy(150);
requestAnimationFrame(() => setTimeout(() => busy(120), 100));
"""
NO_SANDBOX = "--no-sandbox" if os.geteuid() == 0 else ""
"""Chromium has none for root; a config of Lighthouse CI has to say so itself."""
SERVED = {
    "serve": [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"], "ready": "http://127.0.0.1:{port}/",
    "url": "http://127.0.0.1:{port}/", "timeout": "3min",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _tools() -> None:
    if not all((NODE / program).exists() for program in ("lighthouse", "browsertime", "lhci")):
        pytest.skip("the packages of .ci/node are not installed")
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def sample(driver: str, metric: str, folder: Path, **keys: object) -> Sample:
    """What one run of the driver tells of the page in `folder`."""
    (folder / "index.html").write_text(PAGE)
    (folder / "app.js").write_text(SCRIPT)
    bench = {"driver": driver, "metrics": {metric: {}}, **SERVED, **keys}
    bench = {key: one for key, one in bench.items() if one is not None}
    return sample_of(config_of("shop", bench), folder)


def test_lighthouse_measures_the_interaction_after_the_load(tmp_path: Path) -> None:
    told = sample("lighthouse", "inp", tmp_path, preset="desktop", steps=["click #buy", "scroll 200", "wait 50ms"])
    assert told.values["inp"] > 140 and told.values["lcp"] > 0 and told.values["requests"] >= 2
    assert {"lcp", "tbt", "bytes"} <= {one.metric for one in told.parts}
    assert any(one.name == "/app.js" for one in told.parts if one.metric == "tbt")


def test_a_page_that_cannot_be_loaded_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="shop: CHROME_INTERSTITIAL_ERROR"):
        sample("lighthouse", "lcp", tmp_path, url="http://127.0.0.1:1/")


def test_browsertime_loads_a_page_that_a_budget_judges(repo: GitRepo) -> None:
    bench = {"driver": "browsertime", "arguments": ["--pageCompleteWaitTime", "500"], **SERVED}
    run, lcp = judged(repo, bench, "lcp", "30s", {"index.html": PAGE, "app.js": SCRIPT})
    assert lcp > 0 and run["load_model"] is None


def test_a_config_of_lighthouse_ci_names_the_pages_that_a_budget_judges(repo: GitRepo) -> None:
    settings = {"preset": "desktop", "onlyCategories": ["performance"], "chromeFlags": NO_SANDBOX}
    collect = {"staticDistDir": "site", "numberOfRuns": 1, "settings": settings}
    files = {"site/index.html": PAGE, "site/app.js": SCRIPT, "rc.json": json.dumps({"ci": {"collect": collect}})}
    bench = {"driver": "lhci", "lhci_config": "rc.json", "part": "/index.html", "timeout": "3min"}
    _, scripts = judged(repo, bench, "script_requests", "2 requests", files)
    assert scripts == 1
