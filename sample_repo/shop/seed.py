"""Fills a shop with a year of orders: `python -m shop.seed`."""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import sys
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

from shop import catalogue, schema

LAST_DAY = date(2025, 12, 31)
DAYS = 365
# Much is made to order: days from the order to its delivery, each as likely.
DELIVERY_DAYS = 30
# Monday to Sunday: the shop is open every day, but people order on weekends.
WEEKDAY_WEIGHTS = (10, 9, 9, 10, 12, 16, 15)
ORDERS_PER_CUSTOMER = 25


class Product(NamedTuple):
    id: int
    name: str
    category: str
    price_cents: int
    description: str


class Customer(NamedTuple):
    id: int
    name: str
    email: str
    address: str


def products(rng: Random) -> list[Product]:
    """Every thing of the catalogue from every maker, each with its price."""
    shelf = [(category, thing) for category, things in catalogue.THINGS.items() for thing in things]
    made = []
    for number, ((category, thing), (maker, praise)) in enumerate(product(shelf, catalogue.MAKES), start=1):
        low, high = catalogue.PRICES[category]
        price = 10 * int(rng.triangular(low, high, low) / 10) + 9
        made.append(Product(number, f"{maker} {thing}", category, price, praise))
    return made


def customers(rng: Random, count: int) -> list[Customer]:
    """People with one address each; the number in the email keeps namesakes apart."""
    firsts = rng.choices(catalogue.FIRST_NAMES, k=count)
    lasts = rng.choices(catalogue.LAST_NAMES, k=count)
    streets = rng.choices(catalogue.STREETS, k=count)
    towns = rng.choices(catalogue.TOWNS, k=count)
    return [
        Customer(
            number,
            f"{first} {last}",
            f"{first}.{last}.{number}@example.org".lower(),
            f"{street} {number % 140 + 1}, {10_000 + number * 7 % 89_999} {town}",
        )
        for number, (first, last, street, town) in enumerate(zip(firsts, lasts, streets, towns, strict=True), start=1)
    ]


def orders(rng: Random, count: int, shelf: list[Product]) -> list[tuple[object, ...]]:
    """Rows of the table `orders` in the order in which they were placed."""
    calendar = [LAST_DAY - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    names = [day.isoformat() for day in calendar]
    weights = [WEEKDAY_WEIGHTS[day.weekday()] for day in calendar]
    people = customers(rng, max(1, count // ORDERS_PER_CUSTOMER))
    notes = [
        " ".join(parts) for parts in product(catalogue.NOTE_OPENINGS, catalogue.NOTE_WISHES, catalogue.NOTE_ENDINGS)
    ]
    # Columns are drawn whole: one call for 100,000 values costs a fraction of 100,000 calls.
    delivered = rng.choices(range(DAYS), weights=weights, k=count)
    under_way = rng.choices(range(DELIVERY_DAYS), k=count)
    bought = rng.choices(shelf, weights=[1 / rank for rank in range(1, len(shelf) + 1)], k=count)
    quantities = rng.choices((1, 2, 3, 4, 6, 10), weights=(60, 20, 9, 5, 4, 2), k=count)
    buyers = rng.choices(people, k=count)
    texts = rng.choices(notes, k=count)
    placed = sorted(range(count), key=[day - wait for day, wait in zip(delivered, under_way, strict=True)].__getitem__)
    return [
        (names[delivered[i]], bought[i].id, quantities[i], quantities[i] * bought[i].price_cents, *buyers[i], texts[i])
        for i in placed
    ]


def fill(db: sqlite3.Connection, count: int, seed: int) -> None:
    """Creates the tables, `count` orders and the indexes in an empty database; the same seed makes the same rows."""
    rng = Random(seed)
    shelf = products(rng)
    # Orders are fat: in pages twice the usual size, reading all of them takes a fifth less time.
    db.execute("PRAGMA page_size = 8192")
    # The file gets its name when it is whole, so a journal would protect nothing.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    with db:
        schema.create(db, schema.TABLES)
        db.execute("INSERT INTO books VALUES (?)", (LAST_DAY.isoformat(),))
        db.executemany("INSERT INTO products VALUES (?, ?, ?, ?, ?)", shelf)
        db.executemany(
            "INSERT INTO orders (day, product_id, quantity, total_cents, customer_id, customer, email, address, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            orders(rng, count, shelf),
        )
        schema.create(db, schema.INDEXES)


def seed_file(path: Path, count: int, seed: int) -> None:
    """Makes the database at `path` anew. It is built under another name, so `path` is the old one or whole."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    try:
        db = sqlite3.connect(draft)
        try:
            fill(db, count, seed)
        finally:
            db.close()
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shop.seed", description="Fill the shop with a year of orders.")
    parser.add_argument("--db", type=Path, default=schema.DEFAULT_PATH, help="the database (default: %(default)s)")
    parser.add_argument("--orders", type=int, default=100_000, help="how many orders (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same rows (default: %(default)s)")
    args = parser.parse_args(argv)
    if args.orders < 0:
        parser.error("--orders must not be negative")
    # Ends like an exception, so that the draft is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        seed_file(args.db, args.orders, args.seed)
    except (OSError, sqlite3.Error) as error:
        print(f"shop.seed: cannot write {args.db}: {error}", file=sys.stderr)
        return 1
    print(f"{args.db}: {args.orders} orders")
    return 0


if __name__ == "__main__":
    sys.exit(main())
