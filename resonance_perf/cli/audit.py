"""Goes through the checklist of why a program is slow: measures HEAD, and answers each item with a number."""

from __future__ import annotations

import argparse

from resonance_perf.app.audit import audit, keep
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import print_json, progress
from resonance_perf.cli.run import chosen
from resonance_perf.model.errors import EXIT_FAILED, EXIT_FINE
from resonance_perf.model.text import printable
from resonance_perf.report.audit import audit_document, audit_lines, audit_page
from resonance_perf.system.host import LocalHost
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf audit page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("benchmarks", nargs="*", metavar="BENCH", help="which (default: all that can tell something)")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print one JSON document")
    shown.add_argument("--markdown", action="store_true", help="print the page that is written")


def run(args: argparse.Namespace) -> int:
    """Exit 0 whatever was found; 4 when a benchmark could not be run."""
    work = workspace(args)
    config = work.require_trust()
    wanted = chosen(config, args.benchmarks)
    with locked(work.private("measure.lock"), "another measurement is running"), LocalHost() as host:
        found = audit(work, config, wanted, host, progress)
    name = keep(work, config, found)
    for note in found.notes:
        progress(f"⚫ {note}")
    if args.json:
        print_json(audit_document(found))
    elif args.markdown:
        print(audit_page(found), end="")
    else:
        for line in audit_lines(found):
            print(printable(line))
        progress(f"written to {name}")
    return EXIT_FAILED if found.failed else EXIT_FINE
