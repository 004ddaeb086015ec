"""Web vitals of a real browser reach the server that keeps them, and a budget judges them."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_perf.system.collector import Collector
from tests.conftest import GitRepo
from tests.e2e.conftest import COMMAND, Project, until

CHROMIUM = shutil.which("chromium")
STATE = '# State\n\n```json\n{"budgets": {"users_lcp": {"limit": "60s", "metric": "users.lcp"}}}\n```\n'


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """A folder of pages on a port of this machine."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_what_a_browser_sends_is_judged(repo: GitRepo, served: str, tmp_path: Path) -> None:
    api = pytest.importorskip("playwright.sync_api")
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "watch")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": STATE}, "a budget")
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0"], cwd=repo.path, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    assert server.stderr is not None
    try:
        found = re.search(r"listening at (http://127\.0\.0\.1:\d+)", server.stderr.readline())
        assert found is not None
        page = f'<!doctype html><h1>Shop</h1><button>buy</button><script src="{found[1]}/vitals.js"></script>'
        (tmp_path / "index.html").write_text(page)
        with api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
            tab = browser.new_page()
            tab.goto(f"{served}/index.html?who=ada")
            tab.click("button")
            tab.goto("about:blank")
            files = repo.path / ".git/resonance/field"
            until(lambda: any("LCP" in one.read_text() for one in files.glob("*.ndjson")), "the vitals")
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
    (file,) = files.glob("vitals-*.ndjson")
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    assert {"LCP", "FCP", "TTFB"} <= {one["vital"] for one in kept} and {one["page"] for one in kept} == {"/index.html"}
    done = project.run("import", "field", str(file), "--benchmark", "users")
    assert done.returncode == 0 and "lcp" in done.stdout, done.stderr
    assert any(row.metric == "lcp" and "60s" in row.budget for row in project.rows())


def test_only_vitals_are_kept_and_not_more_than_a_day_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Collector(("127.0.0.1", 0), str(tmp_path), lambda: 0.0) as server:
        vital = b'{"name": "LCP", "value": 5, "page": "/"}'
        assert server.keep(vital) and not server.keep(b"<script>")
        monkeypatch.setattr("resonance_perf.system.collector.MOST_BYTES", 100)
        assert not server.keep(vital)
        assert [one.name for one in tmp_path.iterdir()] == ["vitals-1970-01-01.ndjson"]


def test_its_address_may_be_taken(repo: GitRepo) -> None:
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "watch")
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as taken:
        words = [sys.executable, "-m", "resonance_perf", "serve", "--port", str(taken.server_port)]
        done = subprocess.run(words, cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 2 and "cannot listen at 127.0.0.1" in done.stderr
