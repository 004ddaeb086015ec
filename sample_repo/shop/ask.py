"""What the API answers, without a server: `python -m shop.ask /stats '/orders?day=2025-12-24'`."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from pathlib import Path

from shop import api, schema


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shop.ask", description="Print what the API answers.")
    parser.add_argument("target", nargs="+", help="such as /products/7")
    parser.add_argument("--db", type=Path, default=schema.DEFAULT_PATH, help="the database (default: %(default)s)")
    args = parser.parse_args(argv)
    try:
        with schema.reading(args.db) as db:
            for target in args.target:
                print(json.dumps(api.answer(db, target), separators=(",", ":")))
    except sqlite3.Error as error:
        print(f"shop.ask: {schema.unreadable(args.db, error)}", file=sys.stderr)
        return 1
    except api.ApiError as error:
        print(f"shop.ask: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
