from __future__ import annotations

import unittest
from collections.abc import Mapping

from shop import report
from tests.shops import small_shop


def sales(orders: Mapping[tuple[str, int, int], int]) -> report.Sales:
    """Sales of (day, product, customer) -> cents."""
    by_product_day: dict[int, dict[str, int]] = {}
    by_customer: dict[int, int] = {}
    for (day, product, customer), cents in orders.items():
        by_product_day.setdefault(product, {})[day] = cents
        by_customer[customer] = by_customer.get(customer, 0) + cents
    return report.Sales("2025-01-01", "2025-07-01", by_product_day, by_customer, list(orders.values()))


class Read(unittest.TestCase):
    def test_every_view_adds_up_to_the_same_revenue(self) -> None:
        read = report.read(small_shop())
        (revenue,) = (
            small_shop()
            .execute("SELECT sum(total_cents) FROM orders WHERE day BETWEEN ? AND ?", (read.first, read.last))
            .fetchone()
        )

        self.assertEqual(sum(read.order_values), revenue)
        self.assertEqual(sum(read.by_customer.values()), revenue)
        self.assertEqual(sum(sum(days.values()) for days in read.by_product_day.values()), revenue)

    def test_the_half_year_ends_with_the_books(self) -> None:
        read = report.read(small_shop())

        self.assertEqual((read.first, read.last), ("2025-07-03", "2025-12-31"))


class Lines(unittest.TestCase):
    def test_rank_days_products_and_customers(self) -> None:
        text = "\n".join(
            report.lines(
                sales({("2025-01-01", 1, 7): 500, ("2025-01-02", 1, 8): 700, ("2025-01-02", 2, 7): 100_050}),
                {1: "chalk", 2: "satchel"},
            )
        )

        self.assertIn("Orders                  3", text)
        self.assertIn("Revenue          1,012.50", text)
        self.assertLess(text.index("satchel"), text.index("chalk"))
        self.assertLess(text.index("number 7"), text.index("number 8"))
        self.assertRegex(text, r"chalk +12\.00 +2025-01-02 +7\.00")

    def test_an_empty_period_says_so(self) -> None:
        self.assertEqual(list(report.lines(sales({}), {})), ["2025-01-01 to 2025-07-01", "No orders."])


class Arithmetic(unittest.TestCase):
    def test_percentiles_are_values_that_occurred(self) -> None:
        values = [10, 20, 30, 40]

        self.assertEqual([report.percentile(values, p) for p in (0, 25, 50, 51, 99, 100)], [10, 10, 20, 30, 40, 40])
        self.assertEqual(report.percentile([5], 99), 5)

    def test_equal_revenue_is_ranked_by_key(self) -> None:
        self.assertEqual(report.largest({3: 10, 1: 10, 2: 20}, 2), [(2, 20), (1, 10)])

    def test_cents_become_euros(self) -> None:
        self.assertEqual(report.euros(123_456_705), "1,234,567.05")
