"""What a real Prometheus knows is judged by a budget: asked by the driver, or told by a file."""

from __future__ import annotations

import http.server
import os
import shutil
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from resonance_perf.drivers.tools import prometheus
from resonance_perf.model.take import parse_take
from resonance_perf.readers.registry import read_stream
from resonance_perf.system.prometheus import main
from tests.conftest import GitRepo
from tests.e2e.conftest import Project, until

PROMETHEUS = shutil.which("prometheus")
pytestmark = [
    pytest.mark.slow, pytest.mark.shared, pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed"),
]  # fmt: skip
SCRAPE = """global: {{scrape_interval: 200ms, scrape_timeout: 150ms}}
scrape_configs: [{{job_name: itself, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
"""
STATE = '# State\n\n```json\n{"budgets": {"memory": {"limit": "1kb", "metric": "server.rss"}}}\n```\n'
CONFIG = """version: 1
benchmarks:
  server:
    driver: prometheus
    url: "{url}"
    queries: ['rss={query} B']
    last: 30s
    step: 200ms
    wait: 1s
    metrics:
      rss:
"""
RSS = 'process_resident_memory_bytes{job="itself"}'


@dataclass
class Server:
    url: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, **form: object) -> bytes:
        asked = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(form)}"
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:  # its status is 400, and it has a document
            body = error.read()
        except OSError:
            body = b""
        return body


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prometheus that has looked at itself six times."""
    assert PROMETHEUS is not None
    folder = tmp_path_factory.mktemp("prometheus")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    config = folder / "prometheus.yml"
    config.write_text(SCRAPE.format(port=port))
    process = subprocess.Popen(
        [PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
         f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    made = Server(f"http://127.0.0.1:{port}", process)
    try:
        until(lambda: made.ask("query", query=f"{RSS}[1m]").count(b"],[") >= 6, "seven points")
        yield made
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(10)


@pytest.fixture
def project(repo: GitRepo) -> Project:
    repo.commit({".resonance/config.yaml": "version: 1\nbenchmarks: {}\n"}, "watch")
    made = Project(repo)
    assert made.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": STATE}, "a budget")
    return made


def asked(project: Project, server: Server, query: str) -> subprocess.CompletedProcess[str]:
    """What `run` says with this query in the config."""
    config = CONFIG.replace("{query}", query.replace("'", "''")).replace("{url}", server.url)
    project.repo.commit({".resonance/config.yaml": config}, "ask")
    return project.run("run", env={"RESONANCE_PERF_TRUST": "1"})


def test_what_it_knows_of_the_last_minutes_is_judged_and_compared_with_nothing(
    project: Project, server: Server
) -> None:
    done = asked(project, server, RSS)
    assert done.returncode == 1, done.stdout + done.stderr
    (row,) = project.rows()
    assert (row.metric, row.trigger, row.before, row.budget) == ("rss", "command", "–", "🔴 1kb")
    assert row.after.endswith("MB")
    project.repo.commit({"a.py": ""}, "change")  # what was asked stands: no file changes what is deployed
    gate = project.run("check")
    assert gate.returncode == 1 and "memory" in gate.stdout and "🔴" in gate.stdout, gate.stdout + gate.stderr


def told(url: str, query: str, folder: Path) -> tuple[int, Path]:
    """How our program ends when it asks the server this, and where the answer is then."""
    settings = prometheus.tool(
        {"url": url, "queries": [f"rss={query} B"], "last": 30.0, "step": 0.2, "instant": False, "token": None,
         "wait": 1.0}, ("rss",),
    )  # fmt: skip
    ((name, text),) = settings.provided
    (folder / name).write_text(text)
    return main(str(folder / name), str(folder / settings.result)), folder / settings.result


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sum(", "rss: it answered bad_data: "),
        ("no_such_metric", "rss: the query finds nothing"),
        ('{__name__=~"process_.*_bytes"}', " series: add them up, or choose one of {"),
        ('"text"', "rss: it answered bad_data: "),
    ],
    ids=["wrong", "empty", "several", "no number"],
)
def test_what_is_no_answer_is_a_sentence(
    server: Server, query: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, answer = told(server.url, query, tmp_path)
    assert status == 1 and said in capsys.readouterr().err and not answer.exists()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": "success"}', b'{"status": "success", "data": []}'])
def test_who_is_no_prometheus_is_told(body: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as other:
        threading.Thread(target=other.handle_request, daemon=True).start()
        assert told(f"http://127.0.0.1:{other.server_port}", RSS, tmp_path)[0] == 1
    assert "is not JSON" in (said := capsys.readouterr().err) or "JSON that is not Prometheus's" in said


def test_numbers_that_are_none_are_a_failed_run(server: Server, tmp_path: Path) -> None:
    status, answer = told(server.url, f"{RSS} * 0 / 0", tmp_path)
    with answer.open("rb") as source:
        (reading,) = read_stream(source, "it", "prometheus", takes=[parse_take("rss", '{query="rss"} B')])[1]
    assert status == 0 and reading.failed == 'there is no number at {query="rss"}'


def test_a_server_that_stops_answering_is_given_up(project: Project, server: Server) -> None:
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        done = asked(project, server, RSS)
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    assert done.returncode == 4 and "no answer within 1 s" in done.stderr, done.stderr


def test_a_file_with_its_answer_is_judged(project: Project, server: Server, tmp_path: Path) -> None:
    answer = tmp_path / "rss.json"
    answer.write_bytes(server.ask("query", query=f"{RSS}[1m]"))
    done = project.run("import", str(answer), "--benchmark", "server", "--take", 'rss={job="itself"} B')
    assert done.returncode == 1, done.stdout + done.stderr
    (row,) = project.rows()
    assert row.metric == "rss" and row.budget == "🔴 1kb" and row.after.endswith("MB")
    answer.write_bytes(server.ask("query", query="sum("))
    refused = project.run("import", "prometheus", str(answer), "--benchmark", "server", "--take", "rss={} B")
    assert refused.returncode == 4 and "it answered bad_data: " in refused.stderr
