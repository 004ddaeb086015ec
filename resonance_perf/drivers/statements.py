"""Statements per request: what the server of a database counted before a load and after it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from resonance_perf.drivers.ending import describe_end
from resonance_perf.model.benchmark import Env
from resonance_perf.model.errors import BenchmarkError
from resonance_perf.model.outcome import LoadOutcome, ProcessOutcome
from resonance_perf.model.run import Measure, Part
from resonance_perf.model.text import shortened
from resonance_perf.model.work import Command

METRIC = "statements_per_request"
MEASURES = {METRIC: Measure("", exact=True, margin=0.01)}
ADDRESS = "RESONANCE_PERF_DATABASE"
"""The variable that tells the probe where the database is: a list of processes shows no environment."""
_TIMEOUT_S = 30.0


def probe(database: str, env: Env) -> Command:
    """What asks the server for its counts."""
    argv = ("{python}", "-P", "-m", "resonance_perf.system.databases.counts")
    return Command(argv=argv, env=(*env, (ADDRESS, database)), timeout_s=_TIMEOUT_S)


def per_request(outcome: LoadOutcome) -> tuple[float, tuple[Part, ...]]:
    """The statements of each request, and how many of them each one is, the most frequent first.

    Raises:
        BenchmarkError: when they could not be counted.
    """
    before, after = map(_counts, outcome.probes)
    grown = {key: (text, calls - before.get(key, ("", 0))[1]) for key, (text, calls) in after.items()}
    found = sorted(((calls, text) for text, calls in grown.values() if calls > 0), reverse=True)
    parts = (Part(METRIC, shortened(text), calls / outcome.requests) for calls, text in found)
    return sum(calls for calls, _ in found) / outcome.requests, tuple(parts)


def _counts(process: ProcessOutcome) -> Mapping[str, tuple[str, int]]:
    """Statement -> (its text, how often it was executed)."""
    if not process.ok:
        raise BenchmarkError(f"statements could not be counted: it {describe_end(process)}")
    found = json.loads(process.stdout)
    if "failed" in found:
        raise BenchmarkError(f"statements could not be counted: {found['failed']}")
    return {key: (text, calls) for key, text, calls in found["statements"]}
