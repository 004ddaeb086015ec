"""How long the nightly report takes once its orders are read: python3 -m pytest perf/bench_report.py"""

import sqlite3
from contextlib import closing

from shop import report, seed


def test_the_lines_of_the_report(benchmark):
    with closing(sqlite3.connect(":memory:")) as db:
        seed.fill(db, 5000, seed=1)
        sales, names = report.read(db), dict(db.execute("SELECT id, name FROM products"))
    text = benchmark(lambda: list(report.lines(sales, names)))
    assert text[0].endswith("to 2025-12-31")
