from __future__ import annotations

import asyncio
import unittest
from typing import Any

from shop.feed import Feed
from tests.shops import ORDERS, small_shop


def ask(*targets: str) -> list[dict[str, Any]]:
    async def together() -> list[dict[str, Any]]:
        feed = Feed(small_shop())
        return list(await asyncio.gather(*map(feed.answer, targets)))

    return asyncio.run(together())


class FeedOfOrders(unittest.TestCase):
    def test_begins_after_the_last_order_that_is_known(self) -> None:
        (first,) = ask("/feed?after=3")

        self.assertEqual([order[0] for order in first["orders"][:2]], [4, 5])
        self.assertEqual(first["last"], first["orders"][-1][0])

    def test_whoever_knows_all_hears_of_none(self) -> None:
        self.assertEqual(ask(f"/feed?after={ORDERS}"), [{"last": ORDERS, "orders": []}])
