from __future__ import annotations

import sqlite3
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from shop import seed
from tests.shops import small_shop


def dump(number: int) -> list[str]:
    db = sqlite3.connect(":memory:")
    seed.fill(db, 50, number)
    rows = list(db.iterdump())
    db.close()
    return rows


class Fill(unittest.TestCase):
    def test_the_same_seed_makes_the_same_shop(self) -> None:
        self.assertEqual(dump(1), dump(1))
        self.assertNotEqual(dump(1), dump(2))

    def test_totals_are_prices_times_quantities(self) -> None:
        (wrong,) = (
            small_shop()
            .execute(
                "SELECT count(*) FROM orders LEFT JOIN products ON products.id = product_id"
                " WHERE total_cents IS NOT quantity * price_cents"
            )
            .fetchone()
        )

        self.assertEqual(wrong, 0)

    def test_days_lie_in_the_year_of_the_books(self) -> None:
        first, last = small_shop().execute("SELECT min(day), max(day) FROM orders").fetchone()

        self.assertGreaterEqual(first, "2025-01-01")
        self.assertLessEqual(last, "2025-12-31")


class SeedFile(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "shop.db"

    def test_an_interrupted_seed_leaves_the_old_database_alone(self) -> None:
        self.path.write_bytes(b"old")

        with mock.patch.object(seed, "orders", side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            seed.seed_file(self.path, 10, 1)

        self.assertEqual(self.path.read_bytes(), b"old")
        self.assertEqual([path.name for path in self.path.parent.iterdir()], ["shop.db"])

    def test_replaces_what_was_there(self) -> None:
        self.path.write_bytes(b"old")

        seed.seed_file(self.path, 10, 1)

        db = sqlite3.connect(self.path)
        self.addCleanup(db.close)
        self.assertEqual(db.execute("SELECT count(*) FROM orders").fetchone(), (10,))
