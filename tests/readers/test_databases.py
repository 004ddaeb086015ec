"""What plans say: which table is read whole, what is sorted on disk, which estimate is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from resonance_perf.model.reading import Reading
from resonance_perf.readers import sql

FIXTURES = Path(__file__).parents[1] / "fixtures/readers/sql"


def read(document: object) -> Reading:
    (reading,) = sql.read(io.BytesIO(json.dumps(document).encode()), "it")
    return reading


def real(name: str) -> Reading:
    return read(json.loads((FIXTURES / name).read_text()))


def values(reading: Reading) -> dict[str, float]:
    return {one.metric: one.value for one in reading.metrics}


def parts(reading: Reading, metric: str) -> dict[str, float]:
    return {one.name: one.value for one in reading.parts if one.metric == metric}


def plan(node: Mapping[str, Any]) -> Reading:
    return read([{"Plan": node}])


def node(
    kind: str, rows: int, planned: int, *below: Mapping[str, Any], loops: int = 1, **more: object
) -> dict[str, Any]:
    return {"Node Type": kind, "Actual Rows": rows, "Plan Rows": planned, "Actual Loops": loops, "Plans": list(below),
            **more}  # fmt: skip


def test_postgres_names_the_table_that_is_read_whole_and_the_sort_that_spills() -> None:
    found = real("postgres.json")
    assert values(found).items() >= {"buffers": 686, "rows": 20501, "rows_scanned": 90_000, "seq_scans": 3}.items()
    assert "orders (20,000 rows): SELECT * FROM orders WHERE id = 77" in parts(found, "seq_scans")
    spill = "Sort on total, day (1,088 kB on disk): SELECT * FROM orders ORDER BY total, day"
    assert parts(found, "spills") == {spill: 1}
    assert parts(found, "misestimate") == {"Seq Scan on odd: select * from odd where a=5 and b=5": 100}


def test_sqlite_names_tables_behind_their_aliases_and_indexes_made_for_a_query() -> None:
    found = real("sqlite.json")
    assert values(found).items() >= {"seq_scans": 4, "spills": 1, "rows": 20204}.items()
    whole = [name.split(":")[0] for name in parts(found, "seq_scans")]
    assert whole == [
        "orders (20,000 rows)",
        *["item (40,000 rows)"] * 2,
        "item (40,000 rows, index made for the query)",
    ]
    assert parts(found, "vm_steps")["SELECT * FROM orders WHERE day = 'd7'"] == 1408


@pytest.mark.parametrize("reading", ["postgres.json", "sqlite.json", "explain.json"])
def test_parts_add_up_to_their_metric(reading: str) -> None:
    found = real(reading)
    for metric in ("buffers", "vm_steps", "seq_scans", "spills", "rows_scanned"):
        if metric in values(found):
            assert sum(parts(found, metric).values()) == values(found)[metric]


def test_a_plan_that_explain_printed_is_read_with_all_workers_of_a_scan() -> None:
    assert values(real("explain.json")).items() >= {"seq_scans": 2, "rows_scanned": 210_000, "buffers": 1410}.items()


def test_a_plan_that_was_not_executed_is_no_measurement() -> None:
    assert read([{"Plan": {"Node Type": "Seq Scan", "Plan Rows": 5}}]).failed.startswith("this plan was not executed")


def test_an_estimate_is_wrong_in_both_directions_but_not_under_a_limit_nor_where_nothing_ran() -> None:
    assert values(plan(node("Seq Scan", 5, 5000, **{"Relation Name": "a"})))["misestimate"] == 1000
    assert values(plan(node("Seq Scan", 5000, 5, **{"Relation Name": "a"})))["misestimate"] == 1000
    assert values(plan(node("Limit", 5, 5, node("Sort", 5, 5000))))["misestimate"] == 1
    assert values(plan(node("Append", 1, 1, node("Sort", 0, 5000, loops=0))))["misestimate"] == 1


def test_a_small_table_may_be_read_whole() -> None:
    assert (
        values(plan(node("Seq Scan", 99, 99, **{"Relation Name": "day", "Rows Removed by Filter": 900})))["seq_scans"]
        == 0
    )
    assert (
        values(plan(node("Seq Scan", 99, 99, **{"Relation Name": "day", "Rows Removed by Filter": 901})))["seq_scans"]
        == 1
    )


def test_a_hash_join_that_spills_is_one_spill() -> None:
    hashed = node("Hash", 9, 9, node("Seq Scan", 9, 9, **{"Relation Name": "b"}), **{"Temp Written Blocks": 4})
    join = node("Hash Join", 9, 9, hashed, **{"Temp Written Blocks": 10, "Hash Cond": "(a.id = b.id)"})
    found = plan(node("Aggregate", 9, 9, join, **{"Temp Written Blocks": 10}))
    assert parts(found, "spills") == {"Hash Join on (a.id = b.id) (80 kB on disk): statement 1": 1}


def test_what_went_wrong_is_told() -> None:
    assert read({"writer": "resonance-perf sql", "failed": "no such table: nope"}).failed == "no such table: nope"
