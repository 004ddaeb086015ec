"""Databases for real: an index that a change drops is named, counted, and over its budget."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import GitRepo
from tests.databases import postgres_with
from tests.e2e.conftest import Sharing

pytestmark = [pytest.mark.slow, pytest.mark.shared]
TRUST = {"RESONANCE_PERF_TRUST": "1"}
QUERY = "SELECT * FROM orders WHERE day = 77"
SEED = """import sqlite3
db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, day INTEGER, total INTEGER)")
db.executemany("INSERT INTO orders VALUES (?, ?, ?)", [(one, one % 5000, one % 7) for one in range(20000)])
db.execute("CREATE INDEX by_day ON orders (day)")
db.commit()
"""
MORE = {"samples": {"min": 2, "max": 2}, "explain": "off"}
STATE = '# State\n\n```json\n{"budgets": {"whole": "0", "work": "500"}}\n```\n'


SERVER = """import http.server, os, sys, psycopg

db = psycopg.connect(os.environ["SHOP"], autocommit=True)

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/orders":
            for (one,) in db.execute("SELECT id FROM orders").fetchall():
                EACH
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
EACH = 'db.execute("SELECT total FROM orders WHERE id = %s", [one])'


@pytest.fixture
def postgres() -> Iterator[str]:
    with postgres_with() as address:
        yield address


def project_with(repo: GitRepo, bench: dict[str, Any], files: dict[str, str]) -> Sharing:
    config = {"version": 1, "baseline": "previous", "benchmarks": {"day": {"driver": "sql", **bench, **MORE}}}
    repo.commit({**files, ".resonance/config.yaml": json.dumps(config)}, "a shop")
    project = Sharing(repo)
    assert project.run("init", "--yes", "--no-hooks").returncode == 0
    repo.commit({".resonance/01_state.md": STATE}, "watch")
    return project


def judged(project: Sharing, metric: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(the comparisons by metric, the parts of head that base has not) of a run that crosses both budgets."""
    done = project.run("run", "day", "--json", env=TRUST)
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    changes = {one["metric"]: one for one in found["comparisons"]}
    assert changes["seq_scans"]["verdict"] == changes[metric]["verdict"] == "slower"
    rows = {row.metric: row for row in project.rows()}
    assert rows["seq_scans"].budget == "🔴 0" and rows["seq_scans"].before == "0" and rows["seq_scans"].after == "1"
    assert rows[metric].budget == "🔴 500"
    runs = {one["side"]: one["run"] for one in found["runs"]}
    store = project.store()
    try:
        sides = {side: store.results.run(run) for side, run in runs.items()}
    finally:
        store.close()
    parts = {side: {(one.metric, one.name) for one in run.samples[0].parts} for side, run in sides.items() if run}
    new: dict[str, list[str]] = {}
    for of, name in sorted(parts["head"] - parts["base"]):
        new.setdefault(of, []).append(name)
    return changes, new


def test_an_index_of_sqlite_that_is_gone_is_a_table_read_whole(repo: GitRepo) -> None:
    bench = {"setup": [sys.executable, "seed.py"], "database": "shop.db", "queries": [QUERY],
             "metrics": {"vm_steps": {"budget": "work"}, "seq_scans": {"budget": "whole"}}}  # fmt: skip
    project = project_with(repo, bench, {"seed.py": SEED})
    repo.commit({"seed.py": SEED.replace("CREATE INDEX by_day ON orders (day)", "SELECT 1")}, "drop it")
    changes, new = judged(project, "vm_steps")
    assert changes["vm_steps"]["ratio"] > 100
    assert new["seq_scans"] == [f"orders (20,000 rows): {QUERY}"]
    assert new["plan_nodes"] == [f"SCAN orders: {QUERY}"]


def test_an_index_of_postgres_that_a_migration_drops_is_seen_and_left_alone(repo: GitRepo, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres) as db:
        db.execute("CREATE TABLE orders AS SELECT a AS id, a % 5000 AS day FROM generate_series(1, 200000) AS a")
        db.execute("CREATE INDEX by_day ON orders (day)")
        db.commit()
        db.autocommit = True
        db.execute("VACUUM ANALYZE orders")
    bench = {"database": "env:SHOP", "queries": ["day.sql"], "before": ["migration.sql"],
             "metrics": {"buffers": {"budget": "work"}, "seq_scans": {"budget": "whole"}}}  # fmt: skip
    files = {"day.sql": f"-- the hot one\n{QUERY};\n", "migration.sql": "SELECT 1;\n"}
    project = project_with(repo, bench, files)
    config = json.loads((repo.path / ".resonance/config.yaml").read_text())
    repo.commit({".resonance/config.yaml": json.dumps({**config, "env": {"SHOP": postgres}})}, "pass it on")
    repo.commit({"migration.sql": "SET LOCAL max_parallel_workers_per_gather = 0; DROP INDEX by_day;\n"}, "drop it")
    changes, new = judged(project, "buffers")
    assert changes["buffers"]["ratio"] > 10
    assert new["seq_scans"] == [f"orders (200,000 rows): {QUERY}"]
    with psycopg.connect(postgres) as db:
        assert db.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'by_day'").fetchone() == (1,)


def test_a_sort_that_spills_and_an_estimate_that_is_wrong_are_named(repo: GitRepo, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres) as db:
        db.execute(
            "CREATE TABLE orders AS SELECT a AS id, a % 100 AS day, a % 100 AS twin FROM generate_series(1, 20000) AS a"
        )
        db.commit()
        db.autocommit = True
        db.execute("VACUUM ANALYZE orders")
    both = "SELECT * FROM orders WHERE day = 7 AND twin = 7"
    bench = {"database": "env:SHOP", "queries": ["SELECT id FROM orders ORDER BY day", both], "before": ["set.sql"],
             "metrics": {"spills": {"budget": "whole"}, "misestimate": {}}}  # fmt: skip
    project = project_with(repo, bench, {"set.sql": "SELECT 1;\n"})
    config = json.loads((repo.path / ".resonance/config.yaml").read_text())
    repo.commit({".resonance/config.yaml": json.dumps({**config, "env": {"SHOP": postgres}})}, "pass it on")
    repo.commit({"set.sql": "SET LOCAL work_mem = '64kB';\n"}, "be modest")
    done = project.run("run", "day", "--json", env=TRUST)
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    changes = {one["metric"]: one for one in found["comparisons"]}
    assert changes["spills"]["verdict"] == "slower" and changes["misestimate"]["verdict"] == "same"
    (part,) = changes["spills"]["parts"]
    assert part["name"].startswith("Sort on ") and "kB on disk" in part["name"]
    (head,) = (one for one in found["runs"] if one["side"] == "head")
    assert head["metrics"]["misestimate"]["value"] == 100
    assert [row.budget for row in project.rows() if row.metric == "spills"] == ["🔴 0"]


def test_a_query_in_a_loop_is_a_metric_with_a_budget_and_a_name(repo: GitRepo) -> None:
    import psycopg

    with postgres_with("shared_preload_libraries=pg_stat_statements") as address:
        with psycopg.connect(address) as db:
            db.execute("CREATE EXTENSION pg_stat_statements")
            db.execute("CREATE TABLE orders AS SELECT a AS id, a AS total FROM generate_series(1, 10) AS a")
        bench = {"driver": "http", "serve": [sys.executable, "server.py", "{port}"],
                 "url": "http://127.0.0.1:{port}/orders", "ready": "/", "rate": "20/s", "duration": "500ms",
                 "warmup": "100ms", "database": "env:SHOP", "metrics": {"statements_per_request": {"budget": "work"}},
                 "samples": {"min": 1, "max": 1}, "explain": "off"}  # fmt: skip
        config = {"version": 1, "baseline": "previous", "env": {"SHOP": address}, "benchmarks": {"orders": bench}}
        project = Sharing(repo)
        repo.commit(
            {"server.py": SERVER.replace("EACH", "pass"), ".resonance/config.yaml": json.dumps(config)}, "a shop"
        )
        assert project.run("init", "--yes", "--no-hooks").returncode == 0
        repo.commit({".resonance/01_state.md": STATE.replace('"500"', '"2"')}, "watch")
        repo.commit({"server.py": SERVER.replace("EACH", EACH)}, "one for each")
        done = project.run("run", "orders", "--json", env=TRUST)
    assert done.returncode == 1, done.stdout + done.stderr
    (change,) = (one for one in json.loads(done.stdout)["comparisons"] if one["metric"] == "statements_per_request")
    assert (change["verdict"], change["parts"][0]["name"]) == ("slower", "SELECT total FROM orders WHERE id = $1")
    (row,) = project.rows()
    assert (row.before, row.after, row.budget) == ("1", "11", "🔴 2")
