"""Tells the whole story of one run: what changed, how much, why, what to try, and what is not known. Runs nothing."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from resonance_perf.app.story import meant, story_of
from resonance_perf.cli.context import opened
from resonance_perf.cli.output import print_json
from resonance_perf.model.text import printable
from resonance_perf.report.story import story_text
from resonance_perf.report.story_document import story_document
from resonance_perf.report.story_markdown import story_markdown

EXAMPLE = "resonance-perf explain stats-api --markdown"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "run", nargs="?", default="", metavar="RUN",
        help="a run's id or its beginning, or a benchmark: its newest run (default: the last alarm)",
    )  # fmt: skip
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print one JSON document")
    shown.add_argument("--markdown", action="store_true", help="print it for a pull request")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when there is no such run."""
    with opened(args) as (work, store):
        story = story_of(work, store, meant(work, store, args.run))
    if args.json:
        print_json(story_document(story))
    elif args.markdown:
        folder = os.path.relpath(story.folder, work.repo.root) if story.folder else ""  # who reads it has another disk
        print(printable(story_markdown(replace(story, folder=folder))), end="")
    else:
        print(printable(story_text(story)))
    return 0
