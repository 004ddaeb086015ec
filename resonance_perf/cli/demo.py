"""Plays the whole story on a sample shop: real daemon, real hooks, real commits, real measurements."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import tempfile
import types

from resonance_perf.cli import demo_story, demo_web
from resonance_perf.cli.demo_shop import Shop, StoryError
from resonance_perf.cli.output import progress
from resonance_perf.model.errors import EXIT_RED, UsageError

EXAMPLE = "resonance-perf demo --dir ~/shop --keep"
TOURS = {"main": demo_story.play, "web": demo_web.play}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--dir", metavar="PATH", help="play in this folder, which must not exist yet, and leave it")
    parser.add_argument("--tour", choices=TOURS, default="main", help="main: the whole story; web: a page in a browser")
    parser.add_argument("--keep", action="store_true", help="leave the repository to explore")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when everything came out as the story says, 1 when a measurement came out otherwise."""
    if args.dir and os.path.lexists(args.dir) and (not os.path.isdir(args.dir) or os.listdir(args.dir)):
        raise UsageError(f"{args.dir} exists and is not empty", hint="Give a new folder: the demo overwrites nothing.")
    folder = os.path.abspath(args.dir) if args.dir else tempfile.mkdtemp(prefix="resonance-demo-")
    kept = bool(args.keep or args.dir)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Shop(folder) as shop:
            TOURS[args.tour](shop)
    except StoryError as error:
        progress(f"\nThe story did not come out as told: {error}")
        progress("This is what was measured; on a very busy machine, try again when it is calmer.")
        return EXIT_RED
    finally:
        if kept:
            progress(f"\nThe repository is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
            progress("\nThe folder was removed; keep it next time: resonance-perf demo --dir PATH")
    return 0


def _interrupt(_number: int, _frame: types.FrameType | None) -> None:
    raise KeyboardInterrupt
