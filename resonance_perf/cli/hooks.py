"""Installs, removes or shows the git hooks. Hooks that are there already keep running."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from resonance_perf.app.workspace import Workspace
from resonance_perf.cli.context import workspace
from resonance_perf.cli.output import print_json
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
    """Exit 0."""
    work = workspace(args)
    folder = work.repo.hooks_dir()
    if args.verb == "install":
        install_all(work, force=args.force, guard=args.guard)
    elif args.verb == "uninstall":
        _show(folder, uninstall(folder))
    else:
        found = status(folder, spool(work))
        if args.json:
            print_json({"version": 1, "hooks": [{"name": one.name, "installed": one.installed} for one in found]})
        else:
            _show(folder, found)
    return 0


def install_all(work: Workspace, *, force: bool = False, guard: bool = False) -> None:
    """Install every hook and say how they stand."""
    folder = work.repo.hooks_dir()
    _show(folder, install(folder, spool(work), force=force, guard=guard))


def spool(work: Workspace) -> str:
    """The file into which hooks write."""
    return work.private("spool", "hooks")


def _show(folder: str, found: Sequence[HookState]) -> None:
    print(printable(f"hooks in {folder}:"))
    for one in found:
        print(printable(f"  {one.name}: {one.what}"))
