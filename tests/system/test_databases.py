"""What is asked of a real database changes nothing there, and a refusal is a sentence without a secret."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.drivers import statements
from resonance_perf.drivers.tools import sql
from tests.databases import postgres_with

DEFAULTS = {"before": [], "repeat": 1, "limit": 5.0, "writes": False}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask by the command of the driver, in the folder; gives what it wrote."""

    def asked(database: str, *queries: str, env: dict[str, str] | None = None, **more: object) -> dict[str, Any]:
        made = sql.tool({**DEFAULTS, "database": database, "queries": queries, **more}, ())
        for name, text in made.provided:
            (tmp_path / name).write_text(text)
        places = {"python": sys.executable, "given": tmp_path, "out": tmp_path}
        command = [word.format(**places) for word in made.command]
        done = subprocess.run(command, cwd=tmp_path, env=env or {}, capture_output=True, text=True, check=True)
        assert not done.stderr
        found: dict[str, Any] = json.loads((tmp_path / sql.RESULT).read_text())
        return found

    return asked


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.db") as db:
        db.execute("CREATE TABLE orders (id INTEGER)")
        db.executemany("INSERT INTO orders VALUES (?)", [(one,) for one in range(50)])
    return tmp_path / "shop.db"


def test_sqlite_is_only_read_and_a_copy_is_written_to(ask: Ask, shop: Path) -> None:
    before = shop.read_bytes()
    refused = ask("shop.db", "DELETE FROM orders")["failed"]
    assert refused == "DELETE FROM orders: attempt to write a readonly database; writes: true runs it on a copy"
    assert ask("shop.db", "INSERT INTO orders VALUES (1) RETURNING id", writes=True)["statements"][0]["rows"] == 1
    dropped = ask("shop.db", "SELECT * FROM other", before=["ALTER TABLE orders RENAME TO other"])
    assert dropped["statements"][0]["rows"] == 50
    assert ask("shop.db", "ATTACH 'x.db' AS x", writes=True)["failed"].endswith("not authorized")
    assert shop.read_bytes() == before and not (shop.parent / "x.db").exists()


def test_a_database_that_is_not_there_is_not_made(ask: Ask, tmp_path: Path) -> None:
    assert ask("nope.db", "SELECT 1") == {
        "writer": "resonance-perf sql", "failed": "there is no database nope.db: let setup make it",
    }  # fmt: skip
    assert not (tmp_path / "nope.db").exists()


@pytest.mark.parametrize(
    "database",
    ["postgresql://ada:s3cret@db/shop", "host=db password=s3cret", "postgresql://db/shop?password=s3cret"],
)  # fmt: skip
def test_a_password_in_the_config_is_refused(database: str) -> None:
    with pytest.raises(ValueError, match="has a password in its database: write env:NAME"):
        sql.tool({**DEFAULTS, "database": database, "queries": ("SELECT 1",)}, ())


@pytest.mark.parametrize("address", ["postgresql://ada:s3cret@127.0.0.1:1/shop", "password=s3cret port=x=y '"])
def test_a_secret_that_leads_nowhere_is_not_told(ask: Ask, address: str) -> None:
    pytest.importorskip("psycopg")
    failed = ask("env:SHOP", "SELECT 1", env={"SHOP": address})["failed"]
    assert "PostgreSQL" in failed and "s3cret" not in failed


def test_sqlite_counts_no_statements_of_a_server(shop: Path) -> None:
    asked = statements.probe("shop.db", ())
    done = subprocess.run(
        [word.format(python=sys.executable) for word in asked.argv], env={k: v for k, v in asked.env if v},
        cwd=shop.parent, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {"failed": "SQLite counts none: database must be one of PostgreSQL"}


@pytest.fixture
def postgres() -> Iterator[str]:
    with postgres_with() as address:
        yield address


@pytest.mark.slow
@pytest.mark.shared
def test_postgres_is_only_read_unless_it_may_write_and_then_it_is_undone(ask: Ask, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres) as db:
        db.execute("CREATE TABLE orders AS SELECT a AS id FROM generate_series(1, 50) AS a")
    refused = {
        "DELETE FROM orders": "cannot execute DELETE in a read-only transaction; writes: true allows it, and undoes it",
        "COMMIT": 'syntax error at or near "COMMIT"',
        "SELECT 1; COMMIT; DROP TABLE orders": 'syntax error at or near "COMMIT"',
        "COPY orders TO PROGRAM 'cat'": 'syntax error at or near "COPY"',
        "SELECT pg_sleep(9)": "canceling statement due to statement timeout",
    }
    for text, why in refused.items():
        assert ask(postgres, text, limit=0.5)["failed"].endswith(why)
    ended = ask(postgres, "SELECT 1", before=["DROP TABLE orders; /* now */ COMMIT"])["failed"]
    assert ended == "COMMIT: before may not end its transaction, which is undone"
    assert ask(postgres, "DELETE FROM orders", writes=True)["statements"][0]["rows"] == 50
    with psycopg.connect(postgres) as db:
        assert db.execute("SELECT count(*) FROM orders").fetchone() == (50,)
