"""What was ordered since, for the scanners in the warehouse: `python -m shop.feed --port 8100`.

A scanner asks for all orders after the last one that it knows, and is kept waiting for a moment when there are none.
Hundreds of them wait at a time, so one event loop serves them all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl

from shop import schema

PAUSE_S = 0.05
ASKS = 2
"""So often the database is asked before a scanner hears that there is nothing new."""
MOST = 100


class Feed:
    """Answers one scanner after the other, all at once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the scanner hangs up or says what makes no sense."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                _, target, _ = head.split(maxsplit=2)
                body = json.dumps(await self.answer(target.decode()), separators=(",", ":")).encode()
                start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(start.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    async def answer(self, target: str) -> dict[str, object]:
        """The orders after `after`, by their numbers; nothing but the last number where there are none yet."""
        after = int(dict(parse_qsl(target.partition("?")[2])).get("after", "0"))
        orders = await self.newer(after)
        return {"last": orders[-1][0] if orders else after, "orders": orders}

    async def newer(self, after: int) -> list[tuple[int, str, int, int]]:
        """Looks a few times, with a pause between."""
        for _ in range(ASKS):
            # By the primary key this takes microseconds, less than to hand it to a thread.
            found = self._db.execute(
                "SELECT id, day, product_id, quantity FROM orders WHERE id > ? ORDER BY id LIMIT ?", (after, MOST)
            ).fetchall()
            if found:
                return found
            await asyncio.sleep(PAUSE_S)
        return []


async def serve(path: Path, port: int) -> None:
    """Serves until it is stopped."""
    with closing(schema.open_readonly(path)) as db:
        server = await asyncio.start_server(Feed(db).serve, "127.0.0.1", port)
        print(f"feed: http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        async with server:
            await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m shop.feed", description="Serve the scanners in the warehouse.")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--db", type=Path, default=schema.DEFAULT_PATH, help="the database (default: %(default)s)")
    args = parser.parse_args()
    try:
        asyncio.run(serve(args.db, args.port))
    except sqlite3.Error as error:
        print(f"feed: {schema.unreadable(args.db, error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
