from __future__ import annotations

from resonance_perf.profiles.tops import Top
from resonance_perf.report.profile import cost_line, profile_document, top_rows

ALONE = Top("shop.api.scan", "shop/api.py", 40, (0.0, 5.0), (0.0, 6.0))
MOVED = Top("shop.api.scan", "shop/api.py", 40, (5.0, 20.0), (6.0, 26.0), sure=True)
CHANCE = Top("json.dumps", "json/__init__.py", 0, (2.0, 1.5), (2.0, 1.5), sure=False)


def test_the_table_of_one_side_has_shares() -> None:
    rest = Top("json.dumps", "json/__init__.py", 0, (0.0, 1.0), (0.0, 1.0))
    assert top_rows([ALONE, rest], "ms")[1] == ["5 ms", "83 %", "6 ms", "shop.api.scan", "shop/api.py:40"]


def test_the_table_of_two_sides_says_what_may_be_chance() -> None:
    _, first, second = top_rows([MOVED, CHANCE], "ms")
    assert first == ["20 ms", "5 ms", "+15 ms", "26 ms (+20 ms)", "shop.api.scan", "shop/api.py:40"]
    assert second[2] == "−500 us ?" and second[-1] == "json/__init__.py"


def test_the_cost_is_told() -> None:
    assert cost_line(0.034, "py-spy", 4, "request") == "py-spy looked 4 times; a request took 3 % longer under it"
    assert cost_line(-0.01, "py-spy", 1, "run") == "py-spy looked 1 time; a run took no longer under it"
    assert cost_line(None, "memray", 3, "run") == "memray looked 3 times"


def test_the_document_has_no_base_where_there_was_none() -> None:
    (alone,) = profile_document([ALONE], "ms", {"benchmark": "b"})["functions"]
    assert (alone["self"], alone["total"], alone["base_self"], alone["sure"]) == (5.0, 6.0, None, None)
    (moved,) = profile_document([MOVED], "ms", {"benchmark": "b"})["functions"]
    assert (moved["self"], moved["base_self"], moved["sure"]) == (20.0, 5.0, True)
