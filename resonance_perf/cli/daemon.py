"""Watches this repository, measures its changes, keeps its memory; in the foreground until stopped."""

from __future__ import annotations

import argparse
import signal

from resonance_perf.cli.context import opened
from resonance_perf.daemon.daemon import Daemon
from resonance_perf.notify.terminal import open_log
from resonance_perf.system.lock import locked

EXAMPLE = "resonance-perf daemon"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--once", action="store_true", help="do what waits, then stop")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when it was stopped; 2 when another daemon runs in this clone."""
    hint = "Stop it first, or let it do the work."
    with (
        opened(args) as (work, store),
        locked(work.private("daemon.lock"), "a daemon runs in this clone already", hint),
    ):
        _ = work.config  # a config that cannot be read is said at once, not when the first change comes
        daemon = Daemon(work, store, open_log(work.private("log")))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: daemon.stop())
        daemon.run(once=args.once)
    return 0
