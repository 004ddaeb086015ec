"""What a program asks of its database."""

from resonance_perf.audit.check import Check

CHECKS = (
    Check(
        id="n-plus-one", group="backend", asks="N+1 queries", metric="statements_per_request", unit="", limit=3,
        each=True, says="times one statement is executed by every request",
        needs='a benchmark with "driver: http" measures it: with a "database" that counts, or where Python asks SQLite',
        do="Ask for all rows at once: a join, or IN.", why="ours: what a request repeats three times is a loop",
    ),
    Check(
        id="missing-index", group="backend", asks="missing indexes", metric="seq_scans", unit="", limit=1,
        says="× a table of 1,000 rows or more is read from end to end",
        needs='a benchmark with "driver: sql" measures it, or one whose program is Python on SQLite',
        do="Create an index on the columns that the statement filters or joins by.",
        why="the plan itself; from 1,000 rows on it matters",
    ),
)  # fmt: skip
