"""What the API answers: a path and its query in, a JSON value out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

Query = Mapping[str, str]
Answer = dict[str, Any]


class ApiError(Exception):
    """A request that gets a status other than 200, and the sentence that says why."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def answer(db: sqlite3.Connection, target: str) -> Answer:
    """Answers a request target such as `/orders?day=2025-12-24`; ApiError 400 or 404 where there is no answer."""
    path, _, query = target.partition("?")
    endpoint = ENDPOINTS.get(path)
    if endpoint:
        return endpoint(db, dict(parse_qsl(query, keep_blank_values=True)))
    if path.startswith("/products/"):
        return one_product(db, path.removeprefix("/products/"))
    raise ApiError(HTTPStatus.NOT_FOUND, f"there is nothing at {path}")


def healthz(db: sqlite3.Connection, _query: Query) -> Answer:
    """Says that the server is up and that its database can be read."""
    return {"ok": bool(db.execute("SELECT count(*) FROM books").fetchone())}


def stats(db: sqlite3.Connection, query: Query) -> Answer:
    """Orders and revenue of the last `days` days (default 30) in the books."""
    days = whole_number(query, "days", default=30, largest=3660)
    # Days are text as in ISO 8601, which sorts like the calendar.
    (last,) = db.execute("SELECT closed_through FROM books").fetchone()
    first = date.fromisoformat(last) - timedelta(days=days - 1)
    orders, revenue = db.execute(
        "SELECT count(*), coalesce(sum(total_cents), 0) FROM orders WHERE day BETWEEN ? AND ?",
        (first.isoformat(), last),
    ).fetchone()
    return {"days": days, "first": first.isoformat(), "last": last, "orders": orders, "revenue_cents": revenue}


def orders(db: sqlite3.Connection, query: Query) -> Answer:
    """The orders delivered on `day`, at most `limit` (default 100); addresses stay in the house."""
    day = calendar_day(query, "day")
    limit = whole_number(query, "limit", default=100, largest=1000)
    found = records(
        db,
        "SELECT orders.id, products.name AS product, quantity, total_cents, customer FROM orders"
        " JOIN products ON products.id = product_id WHERE day = ? ORDER BY orders.id LIMIT ?",
        (day, limit),
    )
    return {"day": day, "orders": found}


def products(db: sqlite3.Connection, _query: Query) -> Answer:
    """Everything that the shop sells."""
    return {"products": records(db, "SELECT * FROM products ORDER BY id")}


def one_product(db: sqlite3.Connection, number: str) -> Answer:
    """One product, and how often and when it was ordered."""
    found = records(db, "SELECT * FROM products WHERE id = ?", (int(number),)) if is_number(number) else []
    if not found:
        raise ApiError(HTTPStatus.NOT_FOUND, f"there is no product {number}")
    (sold,) = records(
        db, "SELECT count(*) AS orders, max(day) AS last_delivered FROM orders WHERE product_id = ?", (int(number),)
    )
    return {**found[0], **sold}


def records(db: sqlite3.Connection, sql: str, values: tuple[object, ...] = ()) -> list[Answer]:
    """The rows of a query as JSON objects, named as its columns are."""
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def is_number(text: str) -> bool:
    # Nine digits fit every integer that is on the way; isdigit alone takes other alphabets' digits too.
    return text.isascii() and text.isdigit() and len(text) <= 9


def whole_number(query: Query, name: str, default: int, largest: int) -> int:
    text = query.get(name, str(default))
    if not (is_number(text) and 1 <= int(text) <= largest):
        raise ApiError(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number from 1 to {largest}, not {text!r}")
    return int(text)


def calendar_day(query: Query, name: str) -> str:
    text = query.get(name, "")
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    # Newer Pythons also read 20251224 and 2025-W52-3.
    if not text or day != text:
        raise ApiError(HTTPStatus.BAD_REQUEST, f"{name} must be a day such as 2025-12-24, not {text!r}")
    return text


ENDPOINTS: dict[str, Callable[[sqlite3.Connection, Query], Answer]] = {
    "/healthz": healthz,
    "/stats": stats,
    "/orders": orders,
    "/products": products,
}
