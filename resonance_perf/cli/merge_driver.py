"""Merges one of the three files for git: rows by run, decisions and lessons by id, budgets by key."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import workspace
from resonance_perf.memory.merge import merge
from resonance_perf.memory.versions import Versions
from resonance_perf.model.errors import UsageError
from resonance_perf.model.text import printable
from resonance_perf.system.documents import MEMORY, SOUL, STATE
from resonance_perf.system.git.merge import install_driver, uninstall_driver, weave

EXAMPLE = "resonance-perf merge-driver --install"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--install", action="store_true", help="let git in this clone merge the three files with this")
    parser.add_argument("--uninstall", action="store_true", help="leave the three files to git again")
    parser.add_argument("files", nargs="*", metavar="O A B P", help="what git gives: base, ours, theirs, the path")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when merged; 1 when a conflict is marked in the file."""
    if args.install or args.uninstall:
        work = workspace(args)
        changed = install(work) if args.install else uninstall_driver(work.repo)
        print("nothing to do" if not changed else "installed" if args.install else "removed")
        return 0
    if len(args.files) != 4:
        raise UsageError("git calls this with four paths: %O %A %B %P", hint="See docs/merge.md.")
    base, ours, theirs, path = args.files
    versions = Versions(*(Path(one).read_bytes().decode("utf-8", "surrogateescape") for one in (base, ours, theirs)))
    text, conflict = merge(versions, os.path.basename(path), weave)
    Path(ours).write_bytes(text.encode("utf-8", "surrogateescape"))
    if conflict:
        what = f"resonance-perf: {path}: both branches changed the same; it is marked in the file"
        print(printable(what), file=sys.stderr)
    return 1 if conflict else 0


def install(work: Workspace) -> bool:
    """Install the driver for the three files; True when something was new.

    Raises:
        ResonanceError: when the clone's settings cannot be written.
    """
    beside = Path(sys.executable).with_name("resonance-perf")
    program = str(beside) if beside.exists() else "resonance-perf"
    return install_driver(work.repo, work.config.state_dir, program, (SOUL, STATE, MEMORY))
