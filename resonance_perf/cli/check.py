"""The gate: judges the newest measurements against the limits in force. Runs nothing and needs no trust."""

from __future__ import annotations

import argparse

from resonance_perf.app.standing import Standing, stand
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json, printable
from resonance_perf.model.errors import EXIT_FAILED, EXIT_FINE, EXIT_LOOSENED, EXIT_RED, BadFileError
from resonance_perf.model.judgement import MARKS, Judgement
from resonance_perf.model.quantity import format_value
from resonance_perf.report.document import standing_document
from resonance_perf.report.sentences import loosening_line, short, standing

EXAMPLE = "resonance-perf check || exit 1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--strict", action="store_true", help="unmeasured budgets fail the gate too (exit 4)")


def run(args: argparse.Namespace) -> int:
    """Exit 0, 1 (red), 3 (loosened without approval), or 2 for a state file that cannot be read."""
    with opened(args) as (work, store):
        found = stand(work, store)
        approvers = work.config.approvers
    if found.problems:
        raise BadFileError(found.problems)
    if args.json:
        print_json(standing_document(found.judgements, found.loosened))
    else:
        for one in found.loosened:
            print(printable(loosening_line(one, approvers)))
        for judged in found.judgements:
            print(printable(judged_line(judged)))
        if not found.judgements:
            print('no budgets yet: write some into 01_state.md, such as "api_p95": "100ms"')
    return exit_code(found, strict=args.strict)


def exit_code(found: Standing, *, strict: bool) -> int:
    """What the gate says: an unapproved loosening weighs more than a red budget."""
    if found.loosened:
        return EXIT_LOOSENED
    statuses = {one.status for one in found.judgements}
    if "red" in statuses:
        return EXIT_RED
    return EXIT_FAILED if strict and "unmeasured" in statuses else EXIT_FINE


def judged_line(one: Judgement) -> str:
    """`🟢 api_p95 44.8 ms, within api_p95 (100 ms), a1b2c3d4e`."""
    note = f" ({one.note})" if one.note else ""
    if one.estimate is None:
        return f"{MARKS[one.status]} {one.key}: {one.status}{note}"
    low, high = (format_value(value, one.estimate.unit) for value in (one.estimate.low, one.estimate.high))
    value = format_value(one.estimate.value, one.estimate.unit)
    return f"{MARKS[one.status]} {one.metric} {value} [{low}, {high}] {standing(one)}, {short(one.commit)}{note}"
