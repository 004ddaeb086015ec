"""The gate: judges the newest measurements against the limits in force. Runs nothing and needs no trust."""

from __future__ import annotations

import argparse

from resonance_perf.app.view import View, view
from resonance_perf.cli.output import print_json
from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_FINE, EXIT_LOOSENED, EXIT_RED
from resonance_perf.model.text import printable

EXAMPLE = "resonance-perf check || exit 1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--strict", action="store_true", help="unmeasured budgets fail the gate too (exit 4)")


def run(args: argparse.Namespace) -> int:
    """Exit 0, 1 (red), 2 (the state file cannot be read), 3 (loosened without approval); see `--strict`."""
    found = view(args.start, args.config)
    if args.json:
        print_json(found["document"])
    else:
        for line in (*found["problems"], *found["loosened"], *found["lines"]):
            print(printable(line))
        if not found["lines"] and not found["problems"]:
            print('no budgets yet: write some into 01_state.md, such as "api_p95": "100ms"')
    return exit_code(found, strict=args.strict)


def exit_code(found: View, *, strict: bool) -> int:
    """What the gate says. A file that cannot be read decides nothing; a loosening weighs more than a red budget."""
    if found["problems"]:
        return EXIT_BAD_INPUT
    if found["loosened"]:
        return EXIT_LOOSENED
    statuses = {one["status"] for one in found["document"]["budgets"]}
    if "red" in statuses:
        return EXIT_RED
    return EXIT_FAILED if strict and "unmeasured" in statuses else EXIT_FINE
