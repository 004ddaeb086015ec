"""The tables of the shop, and the indexes that its queries stand on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

DEFAULT_PATH = Path("shop.db")

TABLES = (
    """CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        price_cents INTEGER NOT NULL,
        description TEXT NOT NULL
    )""",
    # An order gets its id when it is placed and its row when it is delivered: `day` is the day of delivery, on which
    # it counts as revenue. Name, address and price are those of that day; customers move, old invoices do not change.
    """CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        product_id INTEGER NOT NULL REFERENCES products (id),
        quantity INTEGER NOT NULL,
        total_cents INTEGER NOT NULL,
        customer_id INTEGER NOT NULL,
        customer TEXT NOT NULL,
        email TEXT NOT NULL,
        address TEXT NOT NULL,
        note TEXT NOT NULL
    )""",
    # One row: the last day whose orders are all in the books. Figures of "the last 30 days" end there.
    "CREATE TABLE books (closed_through TEXT NOT NULL)",
)

INDEXES = (
    "CREATE INDEX orders_by_product ON orders (product_id, day)",
    "CREATE INDEX orders_by_day ON orders (day)",
)


def create(db: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    """Runs `TABLES` before the rows come and `INDEXES` after: sorting once is faster than inserting in order."""
    for statement in statements:
        db.execute(statement)


def open_readonly(path: Path) -> sqlite3.Connection:
    """Opens an existing database for reading; sqlite3.OperationalError if there is none."""
    # Threads hand a connection on to each other, and only one has it at a time (see shop/pool.py).
    db = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, check_same_thread=False)
    # The default of 2 MB is less than a month of orders, which every /stats reads.
    db.execute("PRAGMA cache_size = -16384")
    return db


def reading(path: Path) -> closing[sqlite3.Connection]:
    """`open_readonly` for a with-statement that closes the connection (SQLite's own only ends the transaction)."""
    return closing(open_readonly(path))


def unreadable(path: Path, error: sqlite3.Error) -> str:
    """The sentence for a database that is missing or is not a shop."""
    return f"cannot read the database {path} ({error}): make it with `python -m shop.seed`"
