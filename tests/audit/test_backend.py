"""What a program tells from within, and what its profiles show."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from resonance_perf.audit.held import read, scans, wrap
from resonance_perf.audit.profiled import of_cpu, of_lag, of_memory, of_wall
from resonance_perf.model.profile import Capture, Frame, Profile, Stack, ValueType

TOLD: dict[str, Any] = {
    "seconds": 2.0, "databases": ["/shop/shop.db"], "loop": True, "longest_s": 0.12, "collections": 3,
    "collected_s": 0.01, "pause_s": 0.004,
    "statements": [
        ["SELECT name FROM products WHERE id = ?", "SELECT name FROM products WHERE id = 7", "with_name", "shop/api.py", 95, 400],
        ["SELECT * FROM orders", "SELECT * FROM orders", "orders", "shop/api.py", 60, 4],
        ["PRAGMA query_only", "PRAGMA query_only", "connect", "shop/db.py", 9, 90],
    ],
    "held": [["looks", "shop/feed.py", 69, 1.5, 1.4], ["Feed.answer", "shop/feed.py", 40, 0.3, 0.0]],
}  # fmt: skip


def files(*told: dict[str, Any]) -> dict[str, bytes]:
    return {f"{at}.json": json.dumps(one).encode() for at, one in enumerate(told)}


def test_statements_are_told_for_each_request_with_the_place_that_asks() -> None:
    found = read(files(TOLD), 4, serves=True)
    assert found is not None and found.values["statements_per_request"] == 101
    first, second = (one for one in found.parts if one.metric == "statements_per_request")
    assert (first.name, first.value, first.place) == ("SELECT name FROM products WHERE id = ?", 100, "shop/api.py:95")
    assert second.value == 1


def test_processes_are_added_up_and_the_longest_of_each_counts() -> None:
    found = read(files(TOLD, {**TOLD, "longest_s": 0.3, "pause_s": 0.02}), 8, serves=True)
    assert found is not None and found.values["statements_per_request"] == 101
    assert found.values["loop_block_time"] == 300 and found.values["gc_pause_time"] == 20
    assert found.values["sync_wait_share"] == pytest.approx(70) and found.values["loop_held_share"] == pytest.approx(90)


def test_what_holds_the_loop_is_named_and_what_it_sleeps_in() -> None:
    found = read(files(TOLD), 4, serves=True)
    assert found is not None and found.values["sync_wait_share"] == pytest.approx(70)
    held = [(one.name, one.value, one.place) for one in found.parts if one.metric == "loop_block_time"]
    assert held == [("looks", 1500, "shop/feed.py:69"), ("Feed.answer", 300, "shop/feed.py:40")]


def test_of_a_program_that_ends_by_itself_only_what_its_loop_sleeps_in_is_told() -> None:
    found = read(files(TOLD), 1, serves=False)
    assert found is not None and found.values["sync_wait_share"] == pytest.approx(70)
    assert not found.values.keys() & {"loop_block_time", "loop_held_share"}
    assert {one.metric for one in found.parts} == {"statements_per_request", "sync_wait_share"}


def test_a_program_without_a_database_or_a_loop_tells_nothing_of_them() -> None:
    found = read(files({**TOLD, "databases": [], "loop": False}), 4, serves=True)
    assert found is not None and set(found.values) == {"gc_pause_time"} and found.asked == {} and found.parts == ()
    assert read({"python.txt": b""}, 4, serves=True) is None


@pytest.mark.parametrize(
    ("databases", "path"),
    [
        (["shop.db"], "shop.db"), (["file:///a%20b/shop.db?mode=ro"], "/a b/shop.db"), ([":memory:"], None),
        (["file::memory:?cache=shared"], None), (["file:x?mode=memory"], None), (["a.db", "b.db"], None), ([""], None),
        (["/a/shop.db", "file:///a/shop.db"], "/a/shop.db"),
    ],
)  # fmt: skip
def test_the_statements_are_explained_where_it_is_known_which_file_was_asked(
    databases: list[str], path: str | None
) -> None:
    found = read(files({**TOLD, "databases": databases}), 4, serves=True)
    asked = ("SELECT name FROM products WHERE id = 7", "SELECT * FROM orders")
    assert found is not None and found.asked == ({path: asked} if path else {})


MASKED = str.maketrans({"1": "?", "9": "?"})


@pytest.mark.parametrize(
    ("text", "rows", "counted"),
    [
        ("SELECT count(*) FROM orders WHERE day = 1", 1, 1), ("SELECT * FROM orders WHERE +day > 1", 100_000, 0),
        ("SELECT count(*) FROM orders", 1, 0), ("SELECT * FROM orders ORDER BY day LIMIT 9", 9, 1),
    ],
)  # fmt: skip
def test_a_scan_counts_where_an_index_would_spare_it(text: str, rows: int, counted: int) -> None:
    told = {
        "text": text,
        "rows": rows,
        "steps": 9,
        "details": ["SCAN orders"],
        "tables": {"orders": ["orders", 200_000]},
    }
    values, parts = scans({"statements": [told]})
    assert values == {"seq_scans": counted}
    assert [one.name for one in parts] == [f"orders (200,000 rows): {text.translate(MASKED)}"] * counted


def test_only_a_python_program_is_started_so() -> None:
    wrapping = wrap(("python3", "-m", "shop"), serves=True)
    assert any(name.endswith("held.py") for name, _ in wrapping.provided) and wrapping.argv[-2:] == ("-m", "shop")
    with pytest.raises(ValueError, match="is no Python program"):
        wrap(("node", "shop.js"), serves=True)


def capture(*stacks: tuple[float, str], work: float = 1.0, tool: str = "", type_: str = "cpu") -> Capture:
    """Stacks as `function@file;…`."""
    made = tuple(
        Stack(tuple(Frame(*frame.split("@"), line=7) for frame in told.split(";")), (value,)) for value, told in stacks
    )  # fmt: skip
    profile = Profile(types=(ValueType(type_, "nanoseconds"),), stacks=made, tool=tool)
    return Capture(profile=profile, work=work, root="/tree")


LIB = "/usr/lib/python3.11"
ENCODING = (
    f"do_GET@{LIB}/http/server.py;reply@/tree/shop/server.py;dumps@{LIB}/json/__init__.py;encode@{LIB}/json/encoder.py"
)
WAITING = f"reply@/tree/shop/server.py;connection@/tree/shop/pool.py;wait@{LIB}/threading.py"
LENT = "reply@/tree/shop/server.py;connection@/tree/shop/pool.py;open_readonly@/tree/shop/schema.py"


def test_encoding_is_a_share_of_what_is_computed_and_its_caller_is_named() -> None:
    values, parts = of_cpu(capture((30, ENCODING), (10, "orders@/tree/shop/api.py")), "python")
    assert values == {"json_share": 75}
    assert [(one.name, one.value, one.place) for one in parts] == [("reply", 75, "shop/server.py:7")]


@pytest.mark.parametrize(
    "frame", ["JSON.stringify@node:internal", "stringify@", "encoding/json.Marshal@/go/encode.go", "dumps@/x/site-packages/orjson/__init__.py"],
)  # fmt: skip
def test_encoders_of_other_languages_are_known(frame: str) -> None:
    values, _ = of_cpu(capture((3, f"handler@/tree/app.js;{frame}"), (1, "handler@/tree/app.js")), "go")
    assert values["json_share"] == 75


def test_what_reads_json_or_is_only_called_so_is_no_encoder() -> None:
    values, _ = of_cpu(
        capture((3, f"loads@{LIB}/json/decoder.py"), (1, "jsonify_nothing@/tree/json_page.py")), "python"
    )
    assert values["json_share"] == 0


def test_collecting_garbage_is_a_share_where_the_profiler_sees_it() -> None:
    stacks = ((1, "(garbage collector)@"), (3, "handler@/tree/app.js"))
    assert of_cpu(capture(*stacks), "node") == ({"gc_share": 25}, ()), "the collector is no place to look at"
    assert of_cpu(capture(*stacks), "python")[0] == {"json_share": 0}


def test_waiting_in_a_pool_is_told_from_opening_what_it_lends() -> None:
    values, parts = of_wall(capture((30, WAITING), (5, LENT), (5, "orders@/tree/shop/api.py")))
    assert values == {"pool_wait_share": 75} and (parts[0].name, parts[0].place) == ("connection", "shop/pool.py:7")
    alchemy = "load@/tree/db.py;_do_get@/x/site-packages/sqlalchemy/pool/impl.py;get@/x/sqlalchemy/util/queue.py;wait@/l/threading.py"
    assert of_wall(capture((4, alchemy), (4, "load@/tree/db.py")))[0]["pool_wait_share"] == 50


def test_allocations_are_told_for_each_request() -> None:
    values, parts = of_memory(capture((800, ENCODING), (200, "orders@/tree/shop/api.py"), work=4, type_="alloc_space"))
    assert values == {"allocated_per_request": 250} and parts[0].value == 200
    assert of_memory(capture((800, ENCODING))) == ({}, ())


def test_what_has_no_line_is_told_by_its_file() -> None:
    allocated = capture((800, "(anonymous)@/tree/index.js"), type_="alloc_space")
    (stack,) = allocated.profile.stacks
    stacks = (replace(stack, frames=(replace(stack.frames[0], line=0),)),)
    _, (part,) = of_memory(replace(allocated, profile=replace(allocated.profile, stacks=stacks)))
    assert (part.name, part.place) == ("(anonymous)", "index.js")


def test_lag_is_a_share_of_the_time_under_load() -> None:
    lag = capture((300e6, "serve@/tree/app.js;parse@/x/node_modules/csv/index.js"), tool="node-lag", type_="lag")
    values, parts = of_lag(replace(lag, profile=replace(lag.profile, seconds=2.0)))
    assert values == {"loop_held_share": pytest.approx(15)} and (parts[0].name, parts[0].place) == ("serve", "app.js:7")
    assert of_lag(lag) == ({}, ())


def test_too_few_samples_are_no_share() -> None:
    few = capture((100, ENCODING), (190, "orders@/tree/shop/api.py"))
    assert of_cpu(replace(few, profile=replace(few.profile, period=10.0)), "python") == ({}, ())
    assert of_cpu(replace(few, profile=replace(few.profile, period=9.0)), "python")[0]["json_share"] > 30


def test_a_profile_without_samples_tells_nothing() -> None:
    assert of_cpu(capture(), "go") == ({}, ())
