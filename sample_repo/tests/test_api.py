from __future__ import annotations

import sqlite3
import unittest
from http import HTTPStatus

from shop import api, seed
from tests.shops import ORDERS, small_shop


def rows(sql: str, *values: object) -> list[tuple[int, ...]]:
    return small_shop().execute(sql, values).fetchall()


class Stats(unittest.TestCase):
    def test_adds_up_the_last_thirty_days_in_the_books(self) -> None:
        ((orders, revenue),) = rows("SELECT count(*), sum(total_cents) FROM orders WHERE day >= '2025-12-02'")

        self.assertEqual(
            api.answer(small_shop(), "/stats"),
            {"days": 30, "first": "2025-12-02", "last": "2025-12-31", "orders": orders, "revenue_cents": revenue},
        )

    def test_takes_another_number_of_days(self) -> None:
        self.assertEqual(api.answer(small_shop(), "/stats?days=1")["first"], "2025-12-31")
        self.assertEqual(api.answer(small_shop(), "/stats?days=365")["orders"], ORDERS)

    def test_an_empty_shop_has_no_revenue(self) -> None:
        db = sqlite3.connect(":memory:")
        self.addCleanup(db.close)
        seed.fill(db, 0, seed=1)

        answer = api.answer(db, "/stats")

        self.assertEqual((answer["orders"], answer["revenue_cents"]), (0, 0))


class Orders(unittest.TestCase):
    def test_lists_the_orders_of_a_day_by_number(self) -> None:
        ((day, count),) = rows("SELECT day, count(*) AS n FROM orders GROUP BY day ORDER BY n DESC LIMIT 1")

        found = api.answer(small_shop(), f"/orders?day={day}")["orders"]

        self.assertEqual(len(found), count)
        self.assertEqual([order["id"] for order in found], sorted(order["id"] for order in found))
        self.assertEqual(set(found[0]), {"id", "product", "quantity", "total_cents", "customer"})

    def test_stops_at_the_limit(self) -> None:
        ((day, _),) = rows("SELECT day, count(*) AS n FROM orders GROUP BY day ORDER BY n DESC LIMIT 1")

        self.assertEqual(len(api.answer(small_shop(), f"/orders?day={day}&limit=1")["orders"]), 1)

    def test_a_day_without_orders_has_an_empty_list(self) -> None:
        self.assertEqual(api.answer(small_shop(), "/orders?day=1999-01-01")["orders"], [])


class Products(unittest.TestCase):
    def test_lists_everything(self) -> None:
        ((count,),) = rows("SELECT count(*) FROM products")

        self.assertEqual(len(api.answer(small_shop(), "/products")["products"]), count)

    def test_one_comes_with_its_orders(self) -> None:
        ((orders, last),) = rows("SELECT count(*), max(day) FROM orders WHERE product_id = 1")

        answer = api.answer(small_shop(), "/products/1")

        self.assertEqual((answer["id"], answer["orders"], answer["last_delivered"]), (1, orders, last))


class Refusals(unittest.TestCase):
    def test_say_what_is_wrong(self) -> None:
        for target, status in (
            ("/stats?days=0", HTTPStatus.BAD_REQUEST),
            ("/stats?days=many", HTTPStatus.BAD_REQUEST),
            ("/stats?days=9999999999999999999999", HTTPStatus.BAD_REQUEST),
            ("/stats?days=%D9%A3", HTTPStatus.BAD_REQUEST),
            ("/orders", HTTPStatus.BAD_REQUEST),
            ("/orders?day=tomorrow", HTTPStatus.BAD_REQUEST),
            ("/orders?day=20251224", HTTPStatus.BAD_REQUEST),
            ("/orders?day=2025-02-30", HTTPStatus.BAD_REQUEST),
            ("/orders?day=2025-12-24&limit=-1", HTTPStatus.BAD_REQUEST),
            ("/products/0", HTTPStatus.NOT_FOUND),
            ("/products/", HTTPStatus.NOT_FOUND),
            ("/products/1%20OR%201", HTTPStatus.NOT_FOUND),
            ("/products/99999999999999999999", HTTPStatus.NOT_FOUND),
            ("/nowhere", HTTPStatus.NOT_FOUND),
        ):
            with self.subTest(target=target), self.assertRaises(api.ApiError) as caught:
                api.answer(small_shop(), target)
            self.assertEqual(caught.exception.status, status)
