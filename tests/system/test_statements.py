"""SQL text is cut where a statement ends, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.system.databases.address import is_postgres, resolved
from resonance_perf.system.databases.statements import gathered, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';', \";\", 'it''s; '", ["SELECT ';', \";\", 'it''s; '"]),
        ("DO $do$ a; $$ b; $$ $do$; SELECT $1", ["DO $do$ a; $$ b; $$ $do$", "SELECT $1"]),
        ("SELECT 1 -- a; b\n+ 2 /* c; */; SELECT /*+ Leading(a; b) */ 3", ["SELECT 1  \n+ 2", "SELECT /*+ Leading(a; b) */ 3"]),
        ("SELECT 'open; ", ["SELECT 'open", ""]),
    ],
)  # fmt: skip
def test_a_semicolon_ends_a_statement_only_where_it_stands_alone(text: str, expected: list[str]) -> None:
    assert [one for one in split(text) if one or text.startswith("SELECT 'open")] == expected


def test_what_ends_in_sql_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("-- hot\nSELECT 1;\n\nSELECT 2;\n")
    assert gathered([str(tmp_path / "q.sql"), "SELECT 3"]) == ("SELECT 1", "SELECT 2", "SELECT 3")
    with pytest.raises(BenchmarkError, match=r"nope\.sql cannot be read"):
        gathered([str(tmp_path / "nope.sql")])


def test_a_database_may_stand_in_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "postgresql://ada:secret@db/shop")
    (tmp_path / "address").write_text("host=db dbname=shop\n")
    assert resolved("env:SHOP") == "postgresql://ada:secret@db/shop"
    assert resolved(f"file:{tmp_path / 'address'}") == "host=db dbname=shop"
    assert resolved("shop.db") == "shop.db" and not is_postgres("shop.db")
    with pytest.raises(BenchmarkError, match="the variable NOPE, which database names, is not set"):
        resolved("env:NOPE")
