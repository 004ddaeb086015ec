"""Ask the database, and write what came of it."""

from __future__ import annotations

import json
import sys
from typing import Any

from resonance_perf.model.errors import BenchmarkError
from resonance_perf.system.databases import postgres, sqlite
from resonance_perf.system.databases.address import is_postgres, resolved
from resonance_perf.system.databases.asked import Asked
from resonance_perf.system.databases.statements import gathered


def ask(given: dict[str, Any]) -> dict[str, object]:
    """What the reader reads.

    Raises:
        BenchmarkError: when a statement failed or was refused.
    """
    asked = Asked(
        database=resolved(given["database"]), queries=gathered(given["queries"]), before=gathered(given["before"]),
        repeat=given["repeat"], limit_s=given["limit"], writes=given["writes"],
    )  # fmt: skip
    if not asked.queries:
        raise BenchmarkError("there is no statement in queries")
    return postgres.answers(asked) if is_postgres(asked.database) else sqlite.answers(asked)


def main(source: str, target: str) -> None:
    """Answer `source` in `target`."""
    with open(source, encoding="utf-8") as file:
        given = json.load(file)
    try:
        found = ask(given)
    except BenchmarkError as error:
        found = {"failed": error.message}
    with open(target, "w", encoding="utf-8") as file:
        json.dump({"writer": "resonance-perf sql", **found}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
