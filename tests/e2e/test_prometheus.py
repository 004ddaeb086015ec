"""What a real Prometheus answers is judged by a budget."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.e2e.conftest import Project, until

PROMETHEUS = shutil.which("prometheus")
SCRAPE = """global: {{scrape_interval: 500ms, scrape_timeout: 400ms}}
scrape_configs: [{{job_name: itself, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
"""
STATE = '# State\n\n```json\n{"budgets": {"memory": {"limit": "1kb", "metric": "server.rss"}}}\n```\n'


@pytest.mark.slow
@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed")
def test_a_range_that_it_answers_is_judged(repo: GitRepo, tmp_path: Path) -> None:
    assert PROMETHEUS is not None
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = tmp_path / "prometheus.yml"
    config.write_text(SCRAPE.format(port=port))
    at = f"http://127.0.0.1:{port}/api/v1/query_range?"
    answers = tmp_path / "rss.json"

    def ask(query: str) -> bytes:
        now = int(time.time())
        asked = urllib.parse.urlencode({"query": query, "start": now - 30, "end": now + 1, "step": 1})
        try:
            with urllib.request.urlopen(at + asked, timeout=5) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:  # its status is 400, and it has a document
            body = error.read()
        except OSError:
            body = b""
        answers.write_bytes(body)
        return body

    server = subprocess.Popen(
        [PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={tmp_path}/data",
         f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: ask('process_resident_memory_bytes{job="itself"}').count(b"],[") >= 5, "six points")
        found = answers.read_bytes()
        assert b'"error"' in ask("sum(")
        wrong = answers.read_bytes()
    finally:
        server.terminate()
        server.wait(10)
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "watch")
    project = Project(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": STATE}, "a budget")
    answers.write_bytes(wrong)
    refused = project.run("import", "prometheus", str(answers), "--benchmark", "server", "--take", "rss={} B")
    assert refused.returncode == 4 and "it answered bad_data: " in refused.stderr
    answers.write_bytes(found)
    done = project.run("import", str(answers), "--benchmark", "server", "--take", 'rss={job="itself"} B')
    assert done.returncode == 1, done.stdout + done.stderr
    (row,) = project.rows()
    assert row.metric == "rss" and row.budget == "🔴 1kb" and row.after.endswith("MB")
