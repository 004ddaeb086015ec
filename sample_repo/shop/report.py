"""The nightly report on the last half-year in the books: `python -m shop.report`."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from shop import schema

DAYS = 182
PERCENTILES = (10, 25, 50, 75, 90, 99)
TOP = 5

Key = TypeVar("Key", int, str)


class Sales(NamedTuple):
    """Cents, added up along each of the report's lines; ends are days, both included."""

    first: str
    last: str
    by_product_day: dict[int, dict[str, int]]
    by_customer: dict[int, int]
    order_values: list[int]


def read(db: sqlite3.Connection) -> Sales:
    """Adds up the orders of the period in one pass."""
    (last,) = db.execute("SELECT closed_through FROM books").fetchone()
    first = (date.fromisoformat(last) - timedelta(days=DAYS - 1)).isoformat()
    by_product_day: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    by_customer: dict[int, int] = defaultdict(int)
    order_values: list[int] = []
    # Half of all orders are wanted, and reading a table through is faster than looking up every other row of it by
    # an index: the + keeps SQLite from choosing one.
    rows = db.execute(
        "SELECT day, product_id, customer_id, total_cents FROM orders WHERE +day BETWEEN ? AND ?", (first, last)
    )
    for day, product, customer, cents in rows:
        by_product_day[product][day] += cents
        by_customer[customer] += cents
        order_values.append(cents)
    return Sales(first, last, by_product_day, by_customer, order_values)


def largest(revenue: dict[Key, int], count: int) -> list[tuple[Key, int]]:
    """The `count` keys with most revenue; the smaller key first where two are equal."""
    return sorted(revenue.items(), key=lambda item: (-item[1], item[0]))[:count]


def percentile(ascending: list[int], percent: int) -> int:
    """The nearest-rank percentile: the least value that `percent` of all do not exceed."""
    return ascending[max(0, -(-percent * len(ascending) // 100) - 1)]


def euros(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"


def lines(sales: Sales, names: dict[int, str]) -> Iterator[str]:
    """The report as text, line by line; `names` are those of the products."""
    yield f"{sales.first} to {sales.last}"
    if not sales.order_values:
        yield "No orders."
        return
    by_day: dict[str, int] = defaultdict(int)
    for days in sales.by_product_day.values():
        for day, cents in days.items():
            by_day[day] += cents
    by_product = {product: sum(days.values()) for product, days in sales.by_product_day.items()}
    total = sum(sales.order_values)

    yield ""
    yield f"Orders   {len(sales.order_values):>16,}"
    yield f"Revenue  {euros(total):>16}"
    yield f"Per day  {euros(total // DAYS):>16}"
    yield ""
    yield "Best days"
    for day, cents in largest(by_day, TOP):
        yield f"  {day:<30} {euros(cents):>14}"
    yield ""
    yield "Best products, each with its best day"
    for product, cents in largest(by_product, TOP):
        ((day, most),) = largest(sales.by_product_day[product], 1)
        yield f"  {names[product]:<30} {euros(cents):>14}   {day} {euros(most):>12}"
    yield ""
    yield "Best customers"
    for customer, cents in largest(sales.by_customer, TOP):
        yield f"  number {customer:<23} {euros(cents):>14}"
    yield ""
    yield "Order value"
    ascending = sorted(sales.order_values)
    for percent in PERCENTILES:
        yield f"  p{percent:<29} {euros(percentile(ascending, percent)):>14}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shop.report", description="Print the nightly report.")
    parser.add_argument("--db", type=Path, default=schema.DEFAULT_PATH, help="the database (default: %(default)s)")
    args = parser.parse_args(argv)
    try:
        with schema.reading(args.db) as db:
            names = dict(db.execute("SELECT id, name FROM products"))
            sales = read(db)
    except sqlite3.Error as error:
        print(f"shop.report: {schema.unreadable(args.db, error)}", file=sys.stderr)
        return 1
    print("\n".join(lines(sales, names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
