"""For a commit-msg hook: refuses a commit that loosens a budget without an approval in its message."""

from __future__ import annotations

import argparse
import os
import sys

from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_FINE, EXIT_LOOSENED
from resonance_perf.model.text import printable

EXAMPLE = 'resonance-perf guard "$1"'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("message", nargs="?", metavar="FILE", help="the commit message, as git gives it to commit-msg")


def run(args: argparse.Namespace) -> int:
    """Exit 0, 3 for a loosening that nobody approved, 2 when the staged file cannot be read."""
    from resonance_perf.system.git.next_commit import stages_budgets

    if not stages_budgets(args.start):
        return EXIT_FINE
    from resonance_perf.app.guard import objections
    from resonance_perf.app.workspace import open_workspace

    message = b""
    if args.message:
        with open(os.path.join(args.start, args.message), "rb") as file:
            message = file.read()
    work = open_workspace(args.start, args.config)
    if not os.path.exists(work.config_path):
        return EXIT_FINE  # a file of that name in a repository that nobody watches
    found = objections(work, message)
    if not found.problems and not found.loosened:
        return EXIT_FINE
    from resonance_perf.report.loosened import loosening_line

    for line in (*map(str, found.problems), *(loosening_line(one, found.approvers) for one in found.loosened)):
        print(printable(line), file=sys.stderr)
    print(_next(bool(args.message)), file=sys.stderr)
    return EXIT_BAD_INPUT if found.problems else EXIT_LOOSENED


def _next(has_message: bool) -> str:
    kept = " Your message is kept: git commit -eF .git/COMMIT_EDITMSG." if has_message else ""
    return f"This commit was refused.{kept} (git commit --no-verify passes here; `resonance-perf check` will not.)"
