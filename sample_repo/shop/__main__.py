"""Runs the shop: `python -m shop --port 8000`."""

from __future__ import annotations

import argparse
import errno
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from shop import api, schema
from shop.pool import Pool
from shop.server import Shop


def port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not between 0 and 65535")
    return number


def refuse(sentence: str) -> int:
    print(f"shop: {sentence}", file=sys.stderr)
    return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m shop", description="Serve the shop: its API and its page.")
    parser.add_argument("--port", type=port, default=8000, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--db", type=Path, default=schema.DEFAULT_PATH, help="the database (default: %(default)s)")
    parser.add_argument("--verbose", action="store_true", help="log every request to stderr")
    args = parser.parse_args()
    pool = Pool(args.db)
    try:
        # Finds out now whether the file is a shop, and leaves a warm cache to the first visitor.
        with pool.connection() as db:
            api.answer(db, "/stats")
    except sqlite3.Error as error:
        return refuse(schema.unreadable(args.db, error))
    # An exception ends serve_forever at once; its own shutdown() is for other threads only.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        shop = Shop((args.host, args.port), pool, args.verbose)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return refuse(f"port {args.port} at {args.host} is already in use: choose another with --port")
        return refuse(f"cannot listen at {args.host}, port {args.port}: {error.strerror}")
    with closing(pool), shop:
        print(f"shop: http://{args.host}:{shop.server_address[1]}", flush=True)
        shop.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
