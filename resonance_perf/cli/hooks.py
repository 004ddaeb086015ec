"""Installs, removes or shows the git hooks. Hooks that are there already keep running."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import print_json
from resonance_perf.model.errors import EXIT_BAD_INPUT, EXIT_FINE
from resonance_perf.model.text import printable
from resonance_perf.system.hooks import HookState, install, status, uninstall

EXAMPLE = "resonance-perf hooks install"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("verb", choices=("install", "uninstall", "status"))
    parser.add_argument("--force", action="store_true", help="also change hooks that the repository tracks")
    parser.add_argument("--guard", action="store_true", help="install also the hook that refuses unapproved loosenings")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """Exit 0; 2 when a hook could not be installed."""
    work = workspace(args)
    folder = work.repo.hooks_dir()
    if args.verb == "install":
        if not install_all(work, force=args.force, guard=args.guard):
            return EXIT_BAD_INPUT
    elif args.verb == "uninstall":
        _show(folder, uninstall(folder))
    else:
        found = status(folder, spool(work))
        if args.json:
            print_json({"version": 1, "hooks": [{"name": one.name, "installed": one.installed} for one in found]})
        else:
            _show(folder, found)
    return EXIT_FINE


def install_all(work: Workspace, *, force: bool = False, guard: bool = False) -> bool:
    """Install every hook and say how they stand; True when all of them are there."""
    folder = work.repo.hooks_dir()
    found = install(folder, spool(work), force=force, guard=guard)
    _show(folder, found)
    return all(one.installed for one in found)


def spool(work: Workspace) -> str:
    """The file into which hooks write."""
    return work.private("spool", "hooks")


def _show(folder: str, found: Sequence[HookState]) -> None:
    print(printable(f"hooks in {folder}:"))
    for one in found:
        print(printable(f"  {one.name}: {one.what}"))
