"""Statements per request are what the server has counted more after the load than before it."""

from __future__ import annotations

import json

import pytest

from resonance_perf.drivers.statements import METRIC, per_request, probe
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.run import Part


def said(document: object) -> ProcessOutcome:
    return ProcessOutcome(argv=(), exit_code=0, stdout=json.dumps(document).encode())


def load(*probes: ProcessOutcome) -> LoadOutcome:
    return LoadOutcome(server=ProcessOutcome(argv=()), requests=10, probes=probes)


def test_what_was_there_before_does_not_count_and_the_most_frequent_is_named_first() -> None:
    before = said({"statements": [["a", "SELECT 1", 500], ["b", "SELECT 2", 7]]})
    after = said({"statements": [["a", "SELECT 1", 510], ["b", "SELECT 2", 7], ["c", "SELECT\n  3", 100]]})
    value, parts = per_request(load(before, after))
    assert value == 11
    assert parts == (Part(METRIC, "SELECT 3", 10), Part(METRIC, "SELECT 1", 1))


def test_a_server_that_does_not_count_is_a_sentence() -> None:
    with pytest.raises(BenchmarkError, match="could not be counted: pg_stat_statements is not there"):
        per_request(load(said({"failed": "pg_stat_statements is not there"}), said({"failed": ""})))


def test_where_the_database_is_stands_in_no_command() -> None:
    made = probe("postgresql://db/shop", (("PGPASSWORD", None),))
    assert not any("shop" in word for word in made.argv)
    assert made.env == (("PGPASSWORD", None), ("RESONANCE_PERF_DATABASE", "postgresql://db/shop"))
