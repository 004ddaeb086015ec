"""A small shop for tests: 600 orders, made once per run."""

from __future__ import annotations

import atexit
import sqlite3
from functools import cache

from shop import seed

ORDERS = 600


@cache
def small_shop() -> sqlite3.Connection:
    """A database in memory, closed when the tests are over."""
    db = sqlite3.connect(":memory:")
    atexit.register(db.close)
    seed.fill(db, ORDERS, seed=1)
    return db
