"""PostgreSQL: the pages that some queries touch, and the rows that they read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from resonance_perf.model.benchmark import Argv, CountSettings
from resonance_perf.model.outcome import ToolOutcome
from resonance_perf.model.run import Measure
from resonance_perf.readers.postgres_plan import below, pages

_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "


class Postgres:
    """Shared, local and temporary pages, in memory or not, and rows out of all nodes of the plans; all together."""

    name = "psql"
    measures: Mapping[str, Measure] = {
        "buffers": Measure("", exact=True, margin=0.01), "rows": Measure("", exact=True, margin=0.01),
    }  # fmt: skip
    hint = "Install psql (Debian: apt-get install postgresql-client), and try the queries in it."

    def tool(self, settings: CountSettings, benchmark: str) -> tuple[Argv, Argv]:  # noqa: ARG002  # any query can be counted
        """See `Counter`. Each query runs in a transaction that is rolled back."""
        asked = [word for query in settings.queries for word in ("-c", f"BEGIN; {_EXPLAIN}{query}; ROLLBACK")]
        shell = ("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", settings.database)
        return (*shell, *asked), ()

    def read(self, outcome: ToolOutcome) -> Mapping[str, float]:
        """See `Counter`. A node's pages hold those of the nodes below it, its rows do not."""
        plans = list(_documents(outcome.process.stdout.decode("utf-8", "replace")))
        if not plans:
            return {}
        nodes = [node for plan in plans for node, _ in below(plan)]
        return {
            "buffers": float(sum(map(pages, plans))),
            "rows": float(sum(node["Actual Rows"] * node["Actual Loops"] for node in nodes)),
        }


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """The plan at the root of each of the JSON documents that follow one another."""
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("[", at)) >= 0:
        found, at = decoder.raw_decode(text, at)
        yield found[0]["Plan"]
