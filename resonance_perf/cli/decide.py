"""Records a performance decision in 00_soul.md."""

from __future__ import annotations

import argparse

from resonance_perf.app.ledger import with_ledger
from resonance_perf.cli.context import workspace
from resonance_perf.memory.edits import RecordDecision
from resonance_perf.model.ids import new_id
from resonance_perf.model.record import Decision
from resonance_perf.report.words import utc
from resonance_perf.system.clock import now
from resonance_perf.system.documents import SOUL

EXAMPLE = (
    'resonance-perf decide "Keep the orders summary table" --context "p95 of /stats was 9 ms" '
    '--decision "A trigger maintains it" --evidence "run 01K…: 9 ms → 0.8 ms" --consequences "Writes cost 3 % more"'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("title", help="the decision in a few words")
    parser.add_argument("--context", default="", help="what made it necessary")
    parser.add_argument("--decision", default="", help="what was decided (default: the title)")
    parser.add_argument("--evidence", default="", help="numbers, before and after, with run ids")
    parser.add_argument("--consequences", default="", help="what follows, and what would change it")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it is written."""
    work = workspace(args)
    at = now()
    decision = Decision(
        id=new_id(at, int.from_bytes(args.title.encode()[:10], "big")), date=utc(at, "%Y-%m-%d"), title=args.title,
        context=args.context, decision=args.decision or args.title, evidence=args.evidence,
        consequences=args.consequences,
    )  # fmt: skip
    path = work.documents.path(SOUL)
    edits = with_ledger(work, {path: [RecordDecision(decision)]})
    work.documents.apply(edits)
    print(f"recorded in {' and '.join(edits)}")
    return 0
